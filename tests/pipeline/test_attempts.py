"""A submission is run again only where luck may have decided, and its best attempt counts."""

from collections.abc import Callable

import pytest
from builders import (
    claims,
    criterion,
    evidence,
    expectation,
    measurements,
    rubric,
    run_figures,
    trace,
    unmeasured,
)

from grader.checks import CHECKS
from grader.diagnosis import load_wording
from grader.model.evidence import Evidence, GapKind
from grader.model.run import Outcome
from grader.pipeline import best_first, judge
from grader.pipeline.attempts import luck_may_decide, repeats
from grader.pipeline.setup import Standard

LEVELS = {"full": {"below": 0.02}, "zero": 0.5}
MEAN = expectation().baseline.robust_train_accuracy.mean
RULES = rubric(
    criterion("completes"), criterion("training", "training_accuracy", **{"with": LEVELS})
)
STANDARD = Standard(RULES, expectation(), CHECKS, load_wording())


def reached(accuracy: float, **changes: object) -> Evidence:
    return evidence(measurements=measurements(train_accuracy=accuracy, typical=None), **changes)


def test_a_little_below_the_level_is_worth_another_run() -> None:
    assert luck_may_decide(reached(MEAN - 0.03), STANDARD)


@pytest.mark.parametrize(
    "found",
    [
        reached(MEAN),
        reached(MEAN - 0.2),
        reached(MEAN - 0.03, claims=claims(trace=trace(notes=("own_seed",)))),
        reached(MEAN - 0.03, run=run_figures(Outcome.TIMEOUT)),
        evidence(
            measurements=measurements(train_accuracy=MEAN - 0.03, typical=None, trained_on="valid")
        ),
    ],
    ids=["full marks", "far below", "seeds itself", "something else too", "needs review"],
)
def test_nothing_is_run_again_where_it_cannot_help(found: Evidence) -> None:
    assert not luck_may_decide(found, STANDARD)


def test_the_same_measurements_again_are_a_repetition() -> None:
    first = reached(MEAN - 0.03)
    assert repeats(first.model_copy(update={"seed": 1}), [first])
    assert not repeats(reached(MEAN - 0.02), [first])


@pytest.mark.parametrize("order", [lambda runs: runs, lambda runs: runs[::-1]])
def test_the_best_attempt_counts_and_all_are_kept(
    order: Callable[[list[Evidence]], list[Evidence]],
) -> None:
    values = [MEAN - 0.03, MEAN - 0.001, MEAN - 0.025]
    runs = [
        reached(value).model_copy(update={"attempt": number, "seed": number})
        for number, value in enumerate(values)
    ]
    first, *others = order(runs)
    best = best_first(first.model_copy(update={"others": tuple(others)}), STANDARD)
    grade = judge(best, STANDARD)
    assert best.attempt == 1
    assert grade.score == 20
    assert [one.seed for one in grade.attempts] == [0, 1, 2]
    assert [one.score == 20 for one in grade.attempts] == [False, True, False]
    assert "It was run 3 times" in grade.notes[-1]
    stored = Evidence.model_validate_json(best.model_dump_json(by_alias=True))
    assert best_first(stored, STANDARD) == best


def test_one_run_is_no_attempt_among_others() -> None:
    only = reached(MEAN)
    assert best_first(only, STANDARD) == only
    assert judge(only, STANDARD).notes == ()


def test_another_run_that_the_grader_lost_asks_for_a_person_unless_nothing_is_missing() -> None:
    lost = unmeasured(GapKind.FAULT, run=run_figures(Outcome.FAULT)).model_copy(
        update={"attempt": 1}
    )
    short = judge(reached(MEAN - 0.03).model_copy(update={"others": (lost,)}), STANDARD)
    assert (short.provisional, short.needs_review) == (True, True)
    assert "the grader itself failed" in short.reasons[-1]
    full = judge(reached(MEAN).model_copy(update={"others": (lost,)}), STANDARD)
    assert not full.needs_review
