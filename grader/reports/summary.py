"""What a student wants to know first: the score, whether it is enough, and what to do next."""

from collections.abc import Sequence
from dataclasses import dataclass

from grader.model.grade import CriterionResult, Grade
from grader.model.rubric import Visibility
from grader.model.verdict import Verdict
from grader.reports import wording
from grader.reports.diagnoses import ANCHOR, to_fix
from grader.reports.text import number


@dataclass(frozen=True)
class CriterionView:
    """One criterion as shown."""

    result: CriterionResult
    word: str
    earned: str
    points: str
    place: str
    help: str
    changed: str


@dataclass(frozen=True)
class Hidden:
    """The criteria that a student does not see in detail, as one sum."""

    count: int
    earned: str
    points: str


@dataclass(frozen=True)
class Summary:
    """The head of the page; ``share`` and ``pass_share`` are fractions of all points."""

    status: wording.StatusName
    word: str
    sentence: str
    score: str | None
    max_score: str
    share: float
    pass_share: float
    pass_points: str
    next_step: wording.Step
    flags: tuple[str, ...]
    reviews: tuple[str, ...]
    criteria: tuple[CriterionView, ...]
    hidden: Hidden | None
    counts: tuple[tuple[Verdict, str, int], ...]


def summarise(grade: Grade) -> Summary:
    """Put the head of the page together."""
    shown = [one for one in grade.criteria if one.visibility is Visibility.VISIBLE]
    status = _status(grade)
    return Summary(
        status=status,
        word=wording.STATUSES[status],
        sentence=wording.standing(grade, status),
        score=None if grade.score is None else number(grade.score),
        max_score=number(grade.max_score),
        share=0.0 if grade.score is None else min(1.0, grade.score / (grade.max_score or 1)),
        pass_share=min(1.0, grade.pass_mark / (grade.max_score or 1)),
        pass_points=number(grade.pass_mark),
        next_step=next_step(grade, shown),
        flags=grade.other_flags,
        reviews=tuple(map(wording.decision, grade.reviews)),
        criteria=tuple(_view(one, grade) for one in shown),
        hidden=_hidden([one for one in grade.criteria if one not in shown]),
        counts=_counts(shown),
    )


def next_step(grade: Grade, shown: Sequence[CriterionResult]) -> wording.Step:
    """The first thing the student can change; else why there is nothing to change.

    A mistake that costs points comes before the criterion that it costs them: it is the cause.
    """
    mistake = to_fix(grade)
    if mistake is not None and grade.score is not None:
        return wording.Step(
            mistake.title,
            mistake.fix,
            heading=wording.FIX[mistake.confidence],
            anchor=ANCHOR,
            place=wording.place(mistake.where),
        )
    for one in shown:
        if one.verdict in (Verdict.UNMET, Verdict.PARTIAL):
            return wording.Step(one.title, one.help or one.found or wording.NO_HELP, one.id)
    if grade.score is None:
        return wording.NEXT_FAULT
    if _waits(grade) and _failed(grade):
        return wording.NEXT_UNJUDGED
    for one in shown:
        if one.verdict is Verdict.BLOCKED and one.points:
            return wording.Step(one.title, one.help or one.found or wording.NO_HELP, one.id)
    if _waits(grade):
        return wording.NEXT_REVIEW
    if grade.open_criteria:
        return wording.NEXT_HIDDEN
    return wording.NEXT_DONE


def _status(grade: Grade) -> wording.StatusName:
    if grade.score is None or _waits(grade):
        return "review"
    return "passed" if grade.passed else "not-yet"


def _waits(grade: Grade) -> bool:
    """Whether a person still has to look at it."""
    return grade.provisional or grade.needs_review


def _failed(grade: Grade) -> bool:
    """Whether the grader could not judge something."""
    return any(one.verdict is Verdict.FAULT for one in grade.criteria)


def _help(one: CriterionResult, grade: Grade) -> str:
    if one.verdict is Verdict.FAULT:
        return wording.REVIEWED if _waits(grade) else ""
    return "" if one.verdict is Verdict.MET else one.help


def _view(one: CriterionResult, grade: Grade) -> CriterionView:
    return CriterionView(
        result=one,
        word=wording.VERDICTS[one.verdict],
        earned=number(one.earned),
        points=number(one.points),
        place=wording.place(one.where),
        help=_help(one, grade),
        changed=wording.changed_points(one),
    )


def _hidden(left_out: Sequence[CriterionResult]) -> Hidden | None:
    if not left_out:
        return None
    return Hidden(
        len(left_out),
        number(sum(one.earned for one in left_out)),
        number(sum(one.points for one in left_out)),
    )


def _counts(shown: Sequence[CriterionResult]) -> tuple[tuple[Verdict, str, int], ...]:
    every = [(verdict, sum(one.verdict is verdict for one in shown)) for verdict in Verdict]
    return tuple((verdict, wording.VERDICTS[verdict], count) for verdict, count in every if count)
