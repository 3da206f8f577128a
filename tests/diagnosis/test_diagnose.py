"""From a run to what is told of it."""

from typing import Any

import pytest
from builders import (
    baseline,
    claims,
    criterion,
    evidence,
    expectation,
    layer,
    measurements,
    network,
    rubric,
    trace,
)

from grader.checks import CHECKS
from grader.diagnosis import Wording, diagnose, load_wording, table
from grader.diagnosis.case import Case
from grader.diagnosis.interface import Mistake, Suspicion
from grader.model.diagnosis import Confidence, Effect
from grader.model.evidence import Evidence
from grader.model.signs import Signs
from grader.pipeline import judge
from grader.pipeline.setup import Standard
from grader.scoring.verdicts import problems_of

WORDING = load_wording()
CRITERIA = (criterion("completes"),)


def softmax(**changes: Any) -> Evidence:
    """A run with a softmax as the last layer, before a loss that applies one itself."""
    layers = (*network("flatten", "linear", "relu", "linear"), layer("softmax"))
    low = {"train_accuracy": 0.42, "valid_accuracy": 0.4, "layers": layers}
    heard = trace(loss="cross_entropy", signs=Signs(probabilities="softmax"))
    return evidence(measurements=measurements(**low | changes), claims=claims(trace=heard))


def told(found: Evidence, **settings: Any) -> list[str]:
    """The ids in the grade, where the rubric has those settings."""
    rules = rubric(*CRITERIA).model_copy(
        update={"diagnosis": rubric(*CRITERIA).diagnosis.model_copy(update=settings)}
    )
    grade = judge(found, Standard(rules, expectation(), CHECKS, WORDING))
    return [one.id for one in grade.diagnosis]


def test_a_grade_names_the_mistake_with_what_shows_it_and_where() -> None:
    one, *_ = diagnose(softmax(), baseline(), WORDING)
    assert (one.id, one.effect, one.confidence) == (
        "softmax-before-loss",
        Effect.RUINS,
        Confidence.CERTAIN,
    )
    assert "42.0" in one.explanation
    assert one.where is not None
    assert one.where.words in one.explanation


def test_a_right_run_is_told_of_nothing() -> None:
    assert diagnose(evidence(), baseline(), WORDING) == ()


def test_a_softmax_that_did_little_harm_still_costs_points_for_the_network() -> None:
    one, *_ = diagnose(softmax(train_accuracy=0.99, valid_accuracy=0.98), baseline(), WORDING)
    assert one.effect is Effect.LOWERS


def test_a_rubric_can_leave_mistakes_out_or_all_of_them() -> None:
    assert told(softmax()) == ["softmax-before-loss"]
    assert told(softmax(), leave_out=("softmax-before-loss",)) == []
    assert told(softmax(), tell=False) == []


def test_a_rubric_that_leaves_out_what_is_no_mistake_is_wrong() -> None:
    wrong = rubric(*CRITERIA)
    wrong = wrong.model_copy(
        update={"diagnosis": wrong.diagnosis.model_copy(update={"leave_out": ("softmax",)})}
    )
    assert problems_of(wrong, CHECKS, {}) == [
        "diagnosis leaves out 'softmax', which is no mistake we know, "
        "did you mean 'softmax-before-loss'?"
    ]


def test_a_rule_that_fails_costs_only_what_it_would_have_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(case: Case) -> Suspicion | None:
        raise RecursionError

    rows = (Mistake("broken", Effect.STOPS, broken), *table.MISTAKES)
    monkeypatch.setattr("grader.diagnosis.path.MISTAKES", rows)
    assert [one.id for one in diagnose(softmax(), baseline(), WORDING)] == ["softmax-before-loss"]


@pytest.mark.parametrize("broken", ["{nothing}", "{reached:.2f}", "{"])
def test_a_text_that_cannot_be_filled_costs_no_grade(broken: str) -> None:
    ours = WORDING.texts["softmax-before-loss"]
    own = Wording({**WORDING.texts, "softmax-before-loss": ours.model_copy(update={"fix": broken})})
    assert diagnose(softmax(), baseline(), own) == diagnose(softmax(), baseline(), WORDING)


def test_a_mistake_without_any_text_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def new(case: Case) -> Suspicion:
        return Suspicion(Confidence.CERTAIN)

    rows = (Mistake("new", Effect.STOPS, new), *table.MISTAKES)
    monkeypatch.setattr("grader.diagnosis.path.MISTAKES", rows)
    assert [one.id for one in diagnose(softmax(), baseline(), WORDING)] == ["softmax-before-loss"]
