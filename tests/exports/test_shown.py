"""What a student may see of a grade, and what it is as a test."""

import pytest
from builders import diagnosis
from export_cases import RUBRIC, grade

from grader.exports.gradescope import results
from grader.exports.shown import MOST_MISTAKES, Line, Outcome, mistakes, told
from grader.model.source import Place
from grader.model.verdict import Verdict


def test_the_first_mistakes_are_told_and_harmless_ones_are_not() -> None:
    found = (diagnosis("small", effect="harmless"), *(diagnosis(f"m{i}") for i in range(9)))
    shown = mistakes(grade().model_copy(update={"diagnosis": found}))
    assert [one.id for one in shown] == [f"m{i}" for i in range(MOST_MISTAKES)]


def test_a_mistake_is_one_inert_paragraph_that_a_platform_shows() -> None:
    one = diagnosis(title="Softmax twice", explanation="It is\x1b[31m so.", fix="Change it.")
    assert told(one) == "Softmax twice. It is so. Change it."
    shown = grade(criteria=RUBRIC[:1]).model_copy(update={"diagnosis": (one,)})
    assert told(one) in results(shown)["output"]


def test_a_mistake_that_is_not_certain_says_so() -> None:
    likely, possible = (told(diagnosis(confidence=one)) for one in ("likely", "possible"))
    assert likely.startswith("Softmax is applied twice (likely). Your network")
    assert possible.startswith("Softmax is applied twice (possible: see for yourself). Your")


def test_with_a_hidden_criterion_a_mistake_has_title_place_and_fix_alone() -> None:
    place = Place(file="lab.ipynb", cell=3, line=2)
    one = diagnosis(explanation="Training accuracy came to 49.7 %.", where=place)
    output = results(grade().model_copy(update={"diagnosis": (one,)}))["output"]
    assert "cell 3, line 2: Softmax is applied twice. Remove the Softmax." in output
    assert "49.7" not in output


@pytest.mark.parametrize(
    ("verdict", "points", "outcome"),
    [
        (Verdict.MET, 10, Outcome.MET),
        (Verdict.MET, 0, Outcome.MET),
        (Verdict.UNMET, 10, Outcome.SHORT),
        (Verdict.PARTIAL, 10, Outcome.SHORT),
        (Verdict.BLOCKED, 10, Outcome.SHORT),
        (Verdict.UNMET, 0, Outcome.SKIPPED),
        (Verdict.BLOCKED, 0, Outcome.SKIPPED),
        (Verdict.FAULT, 10, Outcome.FAULT),
        (Verdict.FAULT, 0, Outcome.FAULT),
    ],
)
def test_a_line_fails_where_points_are_missing_and_a_fault_is_no_failure(verdict, points, outcome):
    assert Line("a", "A", points, 0.0, verdict, "").outcome is outcome
