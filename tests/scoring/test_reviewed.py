"""What people decided is applied to what the checks say."""

from datetime import UTC, datetime

import pytest
from builders import criterion, evidence, expectation, measurements, rubric, run_figures
from hypothesis import given
from hypothesis import strategies as st

from grader.checks import CHECKS
from grader.checks.interface import Check, NoParameters
from grader.model.evidence import Moved
from grader.model.review import Action, Decision, GivenPoints, Review, fingerprint
from grader.model.run import Outcome
from grader.model.verdict import Finding, Verdict
from grader.scoring import score
from grader.scoring.reviewed import reviewed


def fixed(name, verdict, share, found="So it is."):
    finding = Finding(
        verdict=verdict, share=share, expected="It be.", found=found, next_step="Do it."
    )
    return Check(name, "Always the same.", NoParameters, lambda *_: finding)


TABLE = {
    **CHECKS,
    "good": fixed("good", Verdict.MET, 1),
    "bad": fixed("bad", Verdict.UNMET, 0),
    "ours": fixed("ours", Verdict.FAULT, 0, "The disk was full."),
}
FLAGGED = evidence(
    measurements=measurements(moved=Moved(parameters=6, moved=6, relative_distance=1e-9))
)
"""A network that may have been trained elsewhere."""


def judged(*criteria, found=FLAGGED, pass_mark=0.5):
    return score(found, rubric(*criteria, pass_mark=pass_mark), expectation(), TABLE)


def decision(action=Action.ACCEPT, found=FLAGGED, points=(), **more):
    document = {"at": datetime(2026, 11, 25, 20, tzinfo=UTC), "by": "Grace", "action": action}
    given = [GivenPoints(criterion=name, points=worth, of=of) for name, worth, of in points]
    return Decision.model_validate(
        document | {"evidence": fingerprint(found), "points": given} | more
    )


def after(grade, *decisions, found=FLAGGED):
    return reviewed(grade, found, Review(decisions=decisions))


GOOD, BAD = criterion("a", "good", 10), criterion("b", "bad", 10)


def test_nobody_decided_so_the_grade_stays():
    grade = judged(GOOD)
    assert grade.needs_review
    assert after(grade) == grade


def test_an_accepted_score_stands_and_the_flag_stays_visible():
    before = judged(GOOD, BAD)
    accepted = decision(settles=before.reasons, note="I saw it train.")
    result = after(before, accepted)
    assert (result.score, result.passed) == (10, True)
    assert (result.needs_review, result.provisional, result.reasons) == (False, False, ())
    assert result.flags == before.flags == before.reasons
    assert result.other_flags == before.flags
    assert result.reviews == (accepted,)


def test_an_acceptance_settles_only_the_reasons_it_has_seen():
    seen = judged(GOOD)
    now = judged(GOOD, criterion("own", "ours", 0))
    result = after(now, decision(settles=seen.reasons))
    assert result.reasons == ("The disk was full.",)
    assert result.needs_review


@pytest.mark.parametrize(
    ("points", "verdict", "help_"),
    [(10, Verdict.MET, ""), (4, Verdict.PARTIAL, "Do it."), (0, Verdict.UNMET, "Do it.")],
)
def test_given_points_count_and_what_was_found_stays(points, verdict, help_):
    before = judged(GOOD, BAD, pass_mark=0.6)
    result = after(before, decision(points=[("b", points, 10)], settles=before.reasons))
    item = result.criteria[1]
    assert (item.earned, item.before_review, item.verdict, item.help) == (
        points,
        0,
        verdict,
        help_,
    )
    assert item.found == before.criteria[1].found
    assert result.criteria[0].before_review is None
    assert (result.score, result.passed) == (10 + points, 10 + points >= 12)


def test_the_latest_points_of_a_criterion_count():
    before = judged(GOOD, BAD)
    first = decision(points=[("b", 3, 10), ("a", 1, 10)], settles=before.reasons)
    assert after(before, first, decision(points=[("b", 7, 10)])).score == 8


def test_a_remark_changes_nothing_but_is_kept():
    before = judged(GOOD)
    remark = decision(Action.NOTE, note="Ask her.")
    assert after(before, remark) == before.model_copy(update={"reviews": (remark,)})


def test_opened_again_it_is_as_measured_and_says_who_asked():
    before = judged(GOOD, BAD, found=evidence())
    given = decision(found=evidence(), points=[("b", 7, 10)])
    opened = decision(Action.REOPEN, evidence(), note="She complained.")
    result = after(before, given, opened, found=evidence())
    assert result.score == before.score
    assert result.reasons == (
        "Grace asked on 2026-11-25 that somebody looks at this again: She complained.",
    )
    settled = decision(found=evidence(), settles=result.reasons)
    assert not after(before, given, opened, settled, found=evidence()).needs_review


def test_a_decision_about_other_evidence_changes_nothing():
    other = FLAGGED.model_copy(update={"seed": 1})
    grade = judged(GOOD, found=other)
    accepted = decision(points=[("a", 1, 10)], settles=grade.reasons)
    assert after(grade, accepted, found=other) == grade


@pytest.mark.parametrize(
    ("criteria", "said"),
    [
        (
            [GOOD],
            "Points that Grace gave on 2026-11-25 for a criterion do not count any more: it is no "
            "longer there.",
        ),
        (
            [GOOD, criterion("b", "bad", 5)],
            "The 7 of 10 points that Grace gave for the criterion 'b' on 2026-11-25 do not count "
            "any more: it is worth 5 points now.",
        ),
        (
            [GOOD, criterion("b", "bad", 20, visibility="hidden")],
            "Points that Grace gave on 2026-11-25 for a hidden criterion do not count any more: "
            "it is worth another number of points now.",
        ),
    ],
)
def test_points_that_no_longer_fit_the_rubric_do_not_count_and_are_said(criteria, said):
    accepted = decision(points=[("b", 7, 10), ("a", 9, 10)], settles=judged(GOOD, BAD).reasons)
    result = after(judged(*criteria), accepted)
    (reason,) = result.reasons
    assert reason == said
    assert (result.score, result.needs_review, result.provisional) == (9, True, True)
    again = decision(settles=result.reasons)
    assert not after(judged(*criteria), accepted, again).needs_review


FAULTY = evidence(run=run_figures(Outcome.FAULT))


def test_a_fault_is_settled_by_points_alone():
    before = judged(criterion("a", "ours", 10), found=FAULTY)
    assert before.score is None
    accepted = after(before, decision(found=FAULTY, settles=before.reasons), found=FAULTY)
    assert (accepted.score, accepted.needs_review) == (None, True)
    points = decision(found=FAULTY, points=[("a", 6, 10)], settles=before.reasons)
    result = after(before, points, found=FAULTY)
    assert (result.score, result.passed, result.needs_review) == (6, True, False)
    assert (result.criteria[0].verdict, result.criteria[0].help) == (Verdict.PARTIAL, "")


def test_as_long_as_one_fault_is_left_there_is_no_score_where_there_was_none():
    before = judged(criterion("a", "ours", 10), criterion("b", "ours", 5), found=FAULTY)
    points = decision(found=FAULTY, points=[("a", 6, 10)], settles=before.reasons)
    result = after(before, points, found=FAULTY)
    assert (result.score, result.passed, result.needs_review) == (None, False, True)


@given(st.lists(st.integers(0, 1000).map(lambda hundredths: hundredths / 100), min_size=1))
def test_a_score_is_the_sum_of_what_was_earned_whatever_people_give(history):
    before = judged(GOOD, BAD)
    given = [decision(points=[("b", points, 10)], settles=before.reasons) for points in history]
    result = after(before, *given)
    assert result.score == round(sum(item.earned for item in result.criteria), 2)
    assert result.score == round(10 + history[-1], 2)
    assert result.score <= result.max_score
