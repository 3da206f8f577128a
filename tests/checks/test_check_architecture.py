"""The check ``architecture``."""

from typing import get_args

import pytest
from builders import (
    CNN,
    MLP,
    OURS,
    claims,
    evidence,
    expectation,
    judge,
    layer,
    measurements,
    network,
    preprocessing,
    trace,
    unmeasured,
)
from pydantic import ValidationError

from grader.checks import CHECKS
from grader.checks.architecture import Kind, group
from grader.evaluator.layers import ACTIVATIONS as OPERATORS
from grader.evaluator.layers import READERS, Reader
from grader.model.evidence import ACTIVATIONS, GapKind
from grader.model.signs import Signs, Values
from grader.model.source import Place, SourceLook, WrittenLayer
from grader.model.verdict import Verdict

MET, UNMET = Verdict.MET, Verdict.UNMET


def look(
    *kinds,
    classes=10,
    hidden=512,
    measured=None,
    expected=None,
    loss=None,
    signs=None,
    **parameters,
):
    """The finding on a network of those kinds, trained with that loss."""
    layers = network(*kinds, classes=classes, hidden=hidden)
    found = measurements(layers=layers, classes=classes, **(measured or {}))
    said = evidence(measurements=found, claims=claims(trace=trace(loss=loss, signs=signs)))
    return judge("architecture", said, expected, **parameters)


def with_activation(kind):
    return [kind if one == "relu" else one for one in MLP]


def test_the_reference_network_is_met_in_sequence():
    finding = look(*MLP, match="sequence")
    assert (finding.verdict, finding.share) == (MET, 1)
    assert finding.found == "Found flatten → linear → relu → linear → relu → linear."


@pytest.mark.parametrize(
    ("kinds", "verdict"),
    [
        (("linear", "relu", "linear", "relu", "linear"), MET),  # flattened by the transform
        (("flatten", "linear", "relu", "dropout", "linear", "relu", "linear"), MET),
        (("flatten", "linear", "batch_norm", "relu", "linear", "relu", "linear", "softmax"), MET),
        (("flatten", "linear", "relu", "linear"), UNMET),
        (("flatten", "linear", "linear", "relu", "linear"), UNMET),
        (("flatten", "relu", "linear", "relu", "linear", "linear"), UNMET),
        (("flatten", "linear", "linear", "linear"), UNMET),
        ((*MLP, "linear"), UNMET),
        (("conv2d", *MLP), UNMET),
    ],
)
def test_a_sequence_must_be_the_references_but_for_ignored_layers(kinds, verdict):
    finding = look(*kinds, match="sequence")
    assert finding.verdict is verdict
    assert ("expected linear → activation" in finding.found) is (verdict is UNMET)


@pytest.mark.parametrize("rules", [{"match": "sequence"}, {"required": {"linear": 2}}])
@pytest.mark.parametrize(("end", "words"), [("softmax", "applies it again"), ("sigmoid", "plain")])
def test_probabilities_before_cross_entropy_cost_half_and_say_what_to_remove(end, words, rules):
    finding = look(*MLP, end, loss="cross_entropy", ignored=["dropout"], **rules)
    assert (finding.verdict, finding.share) == (Verdict.PARTIAL, 0.5)
    assert f"the last layer applies {end.capitalize()} and CrossEntropyLoss" in finding.found
    assert words in finding.found
    assert "Remove the softmax" in finding.next_step
    assert finding.where.line == len(end)


@pytest.mark.parametrize(
    ("end", "loss"),
    [
        ("softmax", "nll_loss"),
        ("sigmoid", "binary_cross_entropy"),
        ("softmax", None),
        ("log_softmax", "cross_entropy"),  # a second one changes nothing
    ],
)
def test_probabilities_for_another_loss_are_right(end, loss):
    assert look(*MLP, end, loss=loss, match="sequence").verdict is MET


@pytest.mark.parametrize(
    ("heard", "verdict"),
    [
        (Signs(probabilities="softmax"), Verdict.PARTIAL),
        (Signs(probabilities="log_softmax"), MET),  # the loss got their logarithm
        (Signs(outputs=Values(low=-3, high=4)), MET),  # only evaluation makes probabilities
        (Signs(outputs=Values(low=0, high=1)), Verdict.PARTIAL),
        (Signs(), Verdict.PARTIAL),
    ],
)
def test_what_the_loss_was_given_goes_before_the_last_layer(heard, verdict):
    finding = look(*MLP, "softmax", loss="cross_entropy", match="sequence", signs=heard)
    assert finding.verdict is verdict


def test_a_wrong_network_that_ends_wrongly_too_is_told_both():
    finding = look("conv2d", *MLP, "softmax", loss="cross_entropy", match="sequence")
    assert finding.verdict is UNMET
    assert "the layers in order are" in finding.found.lower()
    assert "CrossEntropyLoss applies it again" in finding.found


@pytest.mark.parametrize("end", ["softmax", "sigmoid"])
def test_probabilities_at_the_end_are_no_activation_and_no_strange_layer(end):
    finding = look("linear", "linear", end, loss="mse_loss", required={"activation": 1})
    assert finding.verdict is UNMET
    allowed = ["linear", "relu"]
    assert look(*MLP, end, loss="nll_loss", allowed=allowed).verdict is MET


def test_what_passes_values_on_may_follow_a_softmax():
    finding = look(*MLP, "softmax", "flatten", loss="cross_entropy", match="sequence")
    assert finding.verdict is Verdict.PARTIAL


def test_a_softmax_between_layers_is_a_layer_of_the_sequence():
    kinds = ("flatten", "linear", "relu", "softmax", "linear", "relu", "linear")
    assert look(*kinds, match="sequence", ignored=["log_softmax"]).verdict is UNMET


def test_what_is_ignored_is_up_to_the_rubric():
    kinds = ("flatten", "linear", "relu", "dropout", "linear", "relu", "linear")
    assert look(*kinds, match="sequence", ignored=[]).verdict is UNMET


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("activation", ("flatten", "linear", "linear", "linear")),
        ("activation", ("linear", "tanh", "linear", "linear")),
        ("pool", ("max_pool2d", *MLP)),
        ("pool", ("avg_pool2d", *MLP)),
    ],
)
def test_a_name_for_several_kinds_can_be_ignored(name, kinds):
    assert look(*kinds, match="sequence", ignored=[name]).verdict is MET


@pytest.mark.parametrize("kind", ["relu", "gelu", "tanh", "sigmoid", "leaky_relu", "silu"])
def test_any_activation_stands_for_the_references(kind):
    assert look(*with_activation(kind), match="sequence").verdict is MET


@pytest.mark.parametrize(("kind", "verdict"), [("relu", MET), ("tanh", UNMET)])
def test_a_rubric_can_insist_on_the_activation(kind, verdict):
    finding = look(*with_activation(kind), match="sequence", any_activation=False)
    assert finding.verdict is verdict


def test_every_pooling_is_a_pool():
    expected = expectation(layers=network(*CNN, classes=24))
    average = ["avg_pool2d" if kind == "max_pool2d" else kind for kind in CNN]
    assert look(*average, classes=24, expected=expected, match="sequence").verdict is MET


LAB2 = {"required": {"linear": 2, "activation": 1}, "forbidden": ["conv2d"]}
LAB3 = {"required": {"conv2d": 2, "pool": 1, "dropout": 1, "activation": 1, "linear": 1}}


@pytest.mark.parametrize(
    ("rules", "kinds", "problem"),
    [
        (LAB2, MLP, ""),
        (LAB2, ("linear", "tanh", "linear"), ""),
        (LAB2, ("linear", "relu"), "2 linear layers needed, 1 found"),
        (LAB2, ("linear", "linear"), "1 activation layer needed, 0 found"),
        (LAB2, CNN, "conv2d does not belong in this network"),
        (LAB3, CNN, ""),
        (LAB3, ("conv2d", "relu", "conv2d", "avg_pool2d", "dropout", "linear"), ""),
        (LAB3, MLP, "2 conv2d layers needed, 0 found"),
        (LAB3, [k for k in CNN if k != "dropout"], "1 dropout layer needed, 0 found"),
        (LAB3, [k for k in CNN if k != "max_pool2d"], "1 pool layer needed, 0 found"),
        (LAB3, [k for k in CNN if k != "linear"], "1 linear layer needed, 0 found"),
    ],
)
def test_kinds_are_counted(rules, kinds, problem):
    finding = look(*kinds, **rules)
    assert finding.verdict is (UNMET if problem else MET)
    assert problem.lower() in finding.found.lower()
    assert bool(finding.next_step) is bool(problem)


def test_a_forbidden_layer_is_pointed_at():
    finding = look(*CNN, **LAB2)
    assert finding.where is not None
    assert finding.where.line == layer("conv2d").line.line


@pytest.mark.parametrize(
    ("kinds", "first"),
    [
        (("flatten", "linear", "relu", "linear", "linear"), 4),
        (("flatten", "linear", "linear", "linear"), 2),
        ((*MLP, "relu", "linear"), 6),
        (("flatten", "linear", "relu", "linear"), 3),
        (("conv2d", *MLP), 0),
    ],
)
def test_the_first_layer_out_of_order_is_pointed_at_where_it_is_written(kinds, first):
    written = [written_layer(kind, line) for line, kind in enumerate(kinds, 10)]
    others = [written_layer("linear", 1), *written, written_layer("gelu", 99)]
    assert where(kinds, others) == 10 + first
    assert where(kinds, [*written, *written]) is None
    assert where(kinds, written[1:]) is None


def test_a_line_that_calls_a_layer_is_kept():
    finding = look(*MLP, "linear", match="sequence")
    assert finding.where.line == len("linear")


def written_layer(kind, line):
    return WrittenLayer(kind=kind, place=Place(file="lab.py", line=line))


def where(kinds, written):
    """The line that a network is pointed at whose layers are called by no line."""
    unplaced = [one.model_copy(update={"line": None}) for one in network(*kinds)]
    found = evidence(
        measurements=measurements(layers=tuple(unplaced)),
        source=SourceLook(lines=40, layers=tuple(written)),
    )
    place = judge("architecture", found, match="sequence").where
    return place and place.line


@pytest.mark.parametrize(("count", "verdict"), [(3, MET), (2, UNMET)])
def test_as_many_as_the_reference_can_be_asked_for(count, verdict):
    finding = look(*["linear", "relu"] * count, required={"linear": "reference"})
    assert finding.verdict is verdict


@pytest.mark.parametrize(
    ("kinds", "verdict"),
    [(MLP, MET), (("flatten", "linear", "gelu", "linear"), MET), (("linear", "lstm"), UNMET)],
)
def test_with_allowed_kinds_no_others_may_occur(kinds, verdict):
    assert look(*kinds, allowed=["linear", "activation"]).verdict is verdict


@pytest.mark.parametrize(
    ("hidden", "rule", "verdict"),
    [(512, "fixed", MET), (64, "fixed", UNMET), (64, "free", MET)],
)
def test_the_hidden_width_counts_only_where_the_rubric_says_so(hidden, rule, verdict):
    finding = look(*MLP, hidden=hidden, match="sequence", hidden_width=rule)
    assert finding.verdict is verdict


@pytest.mark.parametrize(
    ("classes", "wanted", "verdict"),
    [(10, None, MET), (26, None, MET), (9, None, UNMET), (23, 24, UNMET), (24, 24, MET)],
)
def test_too_few_outputs_are_unmet_and_more_are_fine(classes, wanted, verdict):
    found = evidence(measurements=measurements(layers=network(*MLP), classes=classes))
    finding = judge("architecture", found, match="sequence", classes=wanted)
    assert finding.verdict is verdict
    assert ("classes are needed" in finding.found) is (verdict is UNMET)


@pytest.mark.parametrize(
    ("layout", "verdict"),
    [((1, 28, 28), MET), ((784,), MET), ((3, 28, 28), UNMET), ((1, 32, 32), UNMET)],
)
def test_the_values_per_image_can_be_asked_for(layout, verdict):
    measured = {"preprocessing": preprocessing(*layout)}
    finding = look(*MLP, measured=measured, match="sequence", input_values=784)
    assert finding.verdict is verdict


def test_every_problem_is_named_at_once():
    finding = look("conv2d", "linear", classes=9, **LAB2)
    for words in ("linear layers needed", "activation layer needed", "does not belong", "outputs"):
        assert words in finding.found


def test_a_program_that_trained_nothing_blocks_it():
    found = unmeasured(GapKind.NOTHING_TRAINED)
    assert judge("architecture", found, match="sequence").verdict is Verdict.BLOCKED


@pytest.mark.parametrize("kind", OURS)
def test_a_model_we_could_not_measure_is_our_fault(kind):
    assert judge("architecture", unmeasured(kind), match="sequence").verdict is Verdict.FAULT


@pytest.mark.parametrize(
    "wrong",
    [
        {},  # says nothing
        {"match": "order"},
        {"match": "kinds", "required": {"linear": "many"}},
        {"match": "kinds", "required": {"convolution": 1}},
        {"match": "kinds", "required": {"linear": 0}},
        {"match": "kinds", "forbidden": ["Linear"]},
        {"match": "kinds", "allowed": ["linaer"]},
        {"match": "sequence", "ignored": ["dropuot"]},
        {"match": "sequence", "hidden_width": "wide"},
        {"match": "sequence", "classes": 1},
        {"match": "sequence", "input_values": 0},
        {"match": "sequence", "requires": {"linear": 2}},
    ],
)
def test_wrong_parameters_are_refused(wrong):
    with pytest.raises(ValidationError):
        CHECKS["architecture"].parameters.model_validate(wrong)


KINDS = set(get_args(Kind))
IMAGE, MATRIX = {"node": "image"}, {"node": "matrix"}
SHAPES = {"image": [None, 3, 8, 8], "matrix": [192, 10]}


def named_by_the_evaluator(operator):
    """The kinds of layer that one operator can become, with few arguments and with many."""
    inputs = [{"name": name, "op": "input", "shape": shape} for name, shape in SHAPES.items()]
    inputs[1]["op"] = "parameter"
    found = set()
    for args in ([IMAGE], [IMAGE, 0], [IMAGE, MATRIX], [IMAGE, MATRIX, MATRIX], ["", [MATRIX]]):
        call = {"name": "call", "op": "call", "target": f"aten.{operator}.default"}
        nodes = [*inputs, {**call, "args": args, "kwargs": {}, "shape": [None, 192]}]
        try:
            found |= {layer["kind"] for layer in Reader({"nodes": nodes}).read()}
        except (TypeError, ValueError, AttributeError):
            continue  # this operator takes no matrix
    return found


@pytest.mark.parametrize("operator", [*OPERATORS, *READERS, "flatten", "view", "reshape"])
def test_a_rubric_can_name_every_layer_the_evaluator_finds(operator):
    found = named_by_the_evaluator(operator)
    assert found
    assert found <= KINDS


def test_a_rubric_can_name_no_layer_that_is_never_found():
    operators = [*OPERATORS, *READERS, "flatten"]
    found = {kind for one in operators for kind in named_by_the_evaluator(one)}
    assert KINDS - {"activation", "pool"} == found


def test_activations_are_kinds_and_names_of_several_kinds_are_used():
    assert ACTIVATIONS <= KINDS
    assert {group(kind) for kind in KINDS} >= {"activation", "pool"}
