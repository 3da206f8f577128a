"""Runs whose accuracies nobody knows: one that took its first step, one that ended early."""

import pytest
from builders import baseline
from golden import WORDING, Golden, all_cases
from student import linear, plain
from trained import LOW, REFUSED, crashed, run

from grader.diagnosis import diagnose
from grader.diagnosis.figures import UNKNOWN
from grader.diagnosis.texts import without
from grader.model.diagnosis import Confidence, Diagnosis
from grader.model.evidence import Evidence, Gap, GapKind, Layer

EQUAL = {"equal": ("1.weight", "3.weight")}
FIGURES = ("reached", "train", "valid", "shown", "measured", "printed", "real")


def stopped(found: Evidence, *layers: Layer) -> Evidence:
    """The same run where it was stopped after its first step."""
    gap = Gap(kind=GapKind.NOTHING_TRAINED, reason="stopped", layers=layers)
    return found.model_copy(update={"measurements": None, "gap": gap})


def told(found: Evidence) -> list[Diagnosis]:
    return list(diagnose(found, baseline(), WORDING))


@pytest.mark.parametrize(
    ("name", "signs"),
    [
        ("frozen-layers", {"frozen": ("1.weight",)}),
        ("weights-all-equal", EQUAL),
        ("optimizer-of-another-model", {"owned": "none"}),
        ("broadcast-loss", {"table": True}),
    ],
)
def test_what_right_work_may_have_is_only_possible_before_it_has_learned(
    name: str, signs: dict[str, object]
) -> None:
    measured = told(run(measured=LOW, signs=signs))
    assert (measured[0].id, measured[0].confidence) == (name, Confidence.CERTAIN)
    (one,) = [one for one in told(stopped(run(signs=signs))) if one.id == name]
    assert one.confidence is Confidence.POSSIBLE


def test_a_program_that_ended_with_an_error_suffers() -> None:
    found = crashed(message=REFUSED, line=19, signs={"frozen": ("1.weight",), "order": "ZFLB"})
    (one,) = [one for one in told(found) if one.id == "frozen-layers"]
    assert one.confidence is Confidence.CERTAIN


def test_a_factor_of_the_program_s_own_is_no_frozen_layer() -> None:
    assert told(stopped(run(signs={"frozen": ("scale",)}))) == []


def test_a_last_layer_may_begin_at_zero() -> None:
    layers = (
        plain("flatten"),
        linear(784, 512).model_copy(update={"module": "1"}),
        plain("relu"),
        linear(512, 10).model_copy(update={"module": "3"}),
    )
    assert told(stopped(run(signs={"equal": ("3.weight",)}), *layers)) == []
    assert [one.id for one in told(stopped(run(signs=EQUAL), *layers))] == ["weights-all-equal"]


@pytest.mark.parametrize("case", list(all_cases()), ids=lambda case: case.file.stem)
def test_no_text_has_a_figure_that_nobody_knows(case: Golden) -> None:
    known = case.evidence.measurements
    layers = () if known is None else known.layers
    for found in (case.evidence, stopped(case.evidence, *layers)):
        for one in diagnose(found, case.expected, WORDING):
            assert UNKNOWN not in f"{one.title} {one.explanation} {one.fix}"
            assert one.explanation.endswith(".")


def test_a_text_is_whole_without_its_figure() -> None:
    told = "It is so (in {where}). So it fails: accuracy {reached}. And this stays."
    assert without(told, "reached") == "It is so (in {where}). So it fails. And this stays."
    assert without("It falls. Accuracy came to {reached}.", "reached") == "It falls."
    assert without("It fell, and accuracy is {reached}.", "reached") == "It fell."


@pytest.mark.parametrize("name", FIGURES)
def test_every_text_says_something_without_a_figure(name: str) -> None:
    for text in WORDING.texts.values():
        left = without(text.explanation, name)
        assert left.endswith(".")
        assert f"{{{name}}}" not in left
