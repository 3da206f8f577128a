"""Applies what people decided to a grade. The checks have judged before; nothing is measured again.

A decision only counts for the evidence it judged, and an acceptance only settles the reasons it has
seen: a rubric that finds another reason, or has no place any more for the points that somebody
gave, makes the grade need review again. Students read the reasons, so of a criterion that they may
not see nothing is told there, nor of one that the rubric has no longer: it may have been hidden.
Whose points were which, ``grader review`` lists.
"""

from collections.abc import Iterable

from grader.model.evidence import Evidence
from grader.model.grade import CriterionResult, Grade
from grader.model.review import Action, Decision, GivenPoints, Review, fingerprint
from grader.model.rubric import Visibility
from grader.model.verdict import Verdict


def reviewed(grade: Grade, evidence: Evidence, review: Review) -> Grade:
    """Return ``grade`` as the decisions about ``evidence`` leave it. Pure.

    ``grade`` is what the checks alone say of the same evidence.
    """
    decisions = review.counting(fingerprint(evidence)) if review.decisions else ()
    if not decisions:
        return grade
    given = {one.criterion: (by, one) for by in decisions for one in by.points}
    there = {item.id: item for item in grade.criteria}
    misfits = [
        _misfit(*pair, there.get(name))
        for name, pair in given.items()
        if name not in there or pair[1].of != there[name].points
    ]
    criteria = tuple(
        _with_points(item, given[item.id][1])
        if item.id in given and given[item.id][1].of == item.points
        else item
        for item in grade.criteria
    )
    reopened = [_reopened(one) for one in decisions if one.action is Action.REOPEN]
    reasons = _open([*grade.reasons, *misfits, *reopened], decisions, criteria)
    points = _points(grade, criteria)
    return grade.model_copy(
        update={
            "criteria": criteria,
            "score": points,
            "passed": points is not None and points >= grade.pass_mark,
            "reasons": reasons,
            "provisional": bool(reasons),
            "needs_review": bool(reasons),
            "reviews": decisions,
        }
    )


def undecided(criteria: Iterable[CriterionResult]) -> list[CriterionResult]:
    """Criteria with points that the grader failed to judge, and nobody else has judged."""
    return [item for item in criteria if item.verdict is Verdict.FAULT and item.points]


def _with_points(item: CriterionResult, given: GivenPoints) -> CriterionResult:
    """The criterion with a person's points; what was found stays, the verdict fits the points."""
    verdict = Verdict.PARTIAL if given.points else Verdict.UNMET
    if given.points >= item.points:
        verdict = Verdict.MET
    outdated = verdict is Verdict.MET or item.verdict is Verdict.FAULT
    return item.model_copy(
        update={
            "earned": given.points,
            "before_review": item.earned,
            "verdict": verdict,
            "help": "" if outdated else item.help,
        }
    )


def _open(
    reasons: list[str], decisions: Iterable[Decision], criteria: tuple[CriterionResult, ...]
) -> tuple[str, ...]:
    """The reasons that no decision has seen, and those of criteria that nobody has judged."""
    settled = {reason for one in decisions for reason in one.settles}
    unjudged = {item.why_unjudged for item in undecided(criteria)}
    return tuple(dict.fromkeys(one for one in reasons if one not in settled or one in unjudged))


def _points(grade: Grade, criteria: tuple[CriterionResult, ...]) -> float | None:
    """The new sum. Where there was none, there is one as soon as every criterion is judged."""
    if grade.score is None and undecided(criteria):
        return None
    return round(sum(item.earned for item in criteria), 2)


def _misfit(decision: Decision, given: GivenPoints, item: CriterionResult | None) -> str:
    gave = f"{decision.by} gave on {decision.date}"
    if item is None:
        return f"Points that {gave} for a criterion do not count any more: it is no longer there."
    if item.visibility is not Visibility.VISIBLE:
        return (
            f"Points that {gave} for a hidden criterion do not count any more: it is worth another "
            "number of points now."
        )
    return (
        f"The {given.points:g} of {given.of:g} points that {decision.by} gave for the criterion "
        f"'{given.criterion}' on {decision.date} do not count any more: it is worth "
        f"{item.points:g} points now."
    )


def _reopened(decision: Decision) -> str:
    why = f": {decision.note}" if decision.note else "."
    return f"{decision.by} asked on {decision.date} that somebody looks at this again{why}"
