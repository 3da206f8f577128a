"""What a student is told although no criterion asks for it."""

from builders import measurements, trace

from grader.intake.notes import SOFTMAX_TWICE, notes_on_measured
from grader.model.evidence import Layer

SOFTMAX = Layer(kind="softmax", settings={})


def test_a_softmax_outside_the_network_is_named() -> None:
    assert SOFTMAX_TWICE in notes_on_measured(measurements(), trace(probabilities=True))
    assert SOFTMAX_TWICE not in notes_on_measured(measurements(), trace())


def test_a_softmax_inside_is_for_the_architecture_to_name() -> None:
    layers = (*measurements().layers, SOFTMAX)
    assert notes_on_measured(measurements(layers=layers), trace(probabilities=True)) == ()
