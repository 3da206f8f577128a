"""What waits for the instructor: reviews, work without a grade, who is missing, who is late."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from grader.model.grade import Grade
from grader.model.roll import NotGraded, Roll
from grader.model.rubric import Visibility
from grader.model.verdict import Verdict
from grader.reports.class_figures import Overview
from grader.reports.class_kinds import Group, groups
from grader.reports.class_members import NO_RESULT, Member, Standing, with_grade

NO_REASON = "No reason was recorded."


class Next(NamedTuple):
    """The first thing to do; ``href`` leads to the part of the page that it is about, if any."""

    title: str
    text: str
    href: str = ""


@dataclass(frozen=True)
class Attention:
    """Everything that waits, in the order in which it matters.

    ``beside`` is what somebody handed in beside what counts: an earlier version, another form.
    """

    reviews: tuple[Group, ...]
    without_result: tuple[Member, ...]
    refused: tuple[NotGraded, ...]
    beside: tuple[NotGraded, ...]
    unclaimed: tuple[NotGraded, ...]
    missing: tuple[Member, ...]
    late: tuple[Member, ...]

    @property
    def not_graded(self) -> int:
        """How many pieces of somebody's work have no grade."""
        return len(self.without_result) + len(self.refused)


def attention(roll: Roll | None, everyone: Sequence[Member]) -> Attention:
    """Gather what waits; where nobody called a roll, only reviews can be known."""
    left = roll.left if roll else ()
    listed = {one.student for one in roll.entries} if roll else set()
    late = [(one.late_s, one) for one in everyone if one.late_s is not None]
    return Attention(
        reviews=groups(_said(everyone)),
        without_result=tuple(one for one in everyone if one.why == NO_RESULT),
        refused=tuple(one for one in left if one.student and one.student not in listed),
        beside=tuple(one for one in left if one.student in listed),
        unclaimed=tuple(one for one in left if not one.student),
        missing=tuple(one for one in everyone if one.standing is Standing.MISSING),
        late=tuple(one for _, one in sorted(late, key=lambda pair: -pair[0])),
    )


def _said(everyone: Sequence[Member]) -> Iterator[tuple[str, Member]]:
    for member, grade in with_grade(everyone):
        if member.standing is Standing.REVIEW:
            for reason in reasons(grade):
                yield reason, member


def reasons(grade: Grade) -> tuple[str, ...]:
    """Why a person has to look at a grade, with what students are not told of hidden criteria."""
    hidden: dict[str, list[str]] = {}
    for one in grade.criteria:
        if one.verdict is Verdict.FAULT and one.visibility is not Visibility.VISIBLE:
            hidden.setdefault(one.why_unjudged, []).append(f"Hidden, “{one.title}”: {one.found}")
    told = [text for reason in grade.reasons for text in hidden.get(reason, [reason])]
    return tuple(dict.fromkeys(told)) or (NO_REASON,)


def next_step(seen: Overview, waiting: Attention) -> Next:
    """The first thing to do on a Saturday morning."""
    review = seen.standings[Standing.REVIEW]
    if review:
        return Next(
            f"{_count(review, 'result waits', 'results wait')} for your decision",
            "Results with the same reason stand together, each with the command that decides it.",
            "#review",
        )
    if waiting.not_graded:
        return Next(
            f"{_count(waiting.not_graded, 'submission has', 'submissions have')} no grade",
            "Each says why, and what to do about it.",
            "#not-graded",
        )
    if waiting.unclaimed:
        return Next(
            f"{_count(len(waiting.unclaimed), 'item belongs', 'items belong')} to nobody we know",
            "Nothing of it is graded until it is known whose it is.",
            "#unclaimed",
        )
    if not seen.graded:
        return Next("Nothing is graded yet", "This page fills as results come in.")
    if waiting.missing:
        return Next(
            f"{_count(len(waiting.missing), 'student has', 'students have')} handed nothing in",
            "Everything that was handed in is graded, and every grade is final.",
            "#missing",
        )
    return Next("Nothing waits for you", "Everything is graded, and every grade is final.")


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
