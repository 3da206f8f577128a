"""The rows of the table of all students, each with the values that the page's script sorts by."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from grader.model.grade import CriterionResult, Grade
from grader.model.verdict import Verdict
from grader.reports.class_attention import reasons
from grader.reports.class_figures import criterion_ids
from grader.reports.class_members import WORDS, Member, Standing
from grader.reports.text import megabytes, number, percent, seconds

VERDICTS = {
    Verdict.MET: "met",
    Verdict.PARTIAL: "partly",
    Verdict.UNMET: "not met",
    Verdict.BLOCKED: "blocked",
    Verdict.FAULT: "not judged",
}
MARKS = {
    Standing.REVIEW: "fault",
    Standing.PASSED: "met",
    Standing.FAILED: "unmet",
    Standing.NOT_GRADED: "blocked",
    Standing.MISSING: "blocked",
}
"""The icon and tone of each standing."""


class Cell(NamedTuple):
    """A cell: its text, what it sorts by where that is not the text, and more on resting there."""

    text: str
    sort: str = ""
    more: str = ""


class Mark(NamedTuple):
    """A verdict: its class and icon, its word, points where these are not all, what it sorts by."""

    tone: str
    word: str
    points: str
    sort: str


@dataclass(frozen=True)
class Row:
    """One student; ``marks`` has an entry for each criterion, ``None`` where the grade lacks it.

    ``filters`` are the words that the page's filter knows the row by.
    """

    member: Member
    word: str
    tone: str
    review: Cell
    score: Cell
    marks: tuple[Mark | None, ...]
    figures: tuple[Cell, ...]
    filters: str


FIGURES = ("Late", "Flags", "Training", "Validation", "Epochs", "Time", "Memory", "Attempts")
"""The columns after the criteria, in the order of ``Row.figures``."""
NOTHING = Cell("")


def rows(everyone: Sequence[Member]) -> Iterator[Row]:
    """Return the row of every member."""
    ids = criterion_ids(everyone)
    return (_row(one, ids) for one in everyone)


def _row(member: Member, ids: Sequence[str]) -> Row:
    grade = member.graded.grade if member.graded else None
    found = {one.id: _mark(one) for one in grade.criteria} if grade else {}
    tone = MARKS[member.standing]
    return Row(
        member=member,
        word=_word(member, grade),
        tone=tone,
        review=_review(grade, member),
        score=_score(grade),
        marks=tuple(found.get(id) for id in ids),
        figures=_figures(member, grade),
        filters=" ".join(_filters(member, grade)),
    )


def _word(member: Member, grade: Grade | None) -> str:
    if grade is None or member.standing is not Standing.REVIEW:
        return WORDS[member.standing]
    if grade.score is None:
        return "no score"
    return "would pass" if grade.passed else "would not pass"


def _review(grade: Grade | None, member: Member) -> Cell:
    if grade is None:
        return NOTHING
    if member.standing is Standing.REVIEW:
        return Cell("needed", "0", " ".join(reasons(grade)))
    return Cell("done", "1") if grade.reviews else NOTHING


def _score(grade: Grade | None) -> Cell:
    if grade is None or grade.score is None:
        return NOTHING
    return Cell(number(grade.score), f"{grade.score:g}", "provisional" if grade.provisional else "")


def _mark(one: CriterionResult) -> Mark:
    place = list(VERDICTS).index(one.verdict)
    lost = 1 - one.earned / one.points if one.points else 0.0
    partly = one.verdict is Verdict.PARTIAL
    return Mark(
        tone=one.verdict,
        word=VERDICTS[one.verdict],
        points=number(one.earned) if partly else "",
        sort=f"{place + 0.9 * lost:.2f}" if partly else str(place),
    )


def _figures(member: Member, grade: Grade | None) -> tuple[Cell, ...]:
    late_s = member.late_s
    late = NOTHING if late_s is None else Cell(duration(late_s), f"{late_s:.0f}")
    if grade is None:
        return (late, *[NOTHING] * (len(FIGURES) - 1))
    measured, run, flags = grade.measurements, grade.run, len(grade.flags)
    return (
        late,
        Cell(str(flags), more=" ".join(grade.flags)) if flags else NOTHING,
        _accuracy(measured.train_accuracy),
        _accuracy(measured.valid_accuracy),
        NOTHING if grade.claims.epochs is None else Cell(str(grade.claims.epochs)),
        Cell(seconds(run.wall_s), f"{run.wall_s:.1f}"),
        Cell(megabytes(run.peak_rss_mb), f"{run.peak_rss_mb:.0f}"),
        Cell(str(len(grade.attempts))),
    )


def _accuracy(value: float | None) -> Cell:
    return NOTHING if value is None else Cell(percent(value), f"{value:.5f}")


def _filters(member: Member, grade: Grade | None) -> Iterator[str]:
    yield member.standing
    if member.late_s is not None:
        yield "late"
    if grade is not None and grade.flags:
        yield "flagged"
    if grade is not None and grade.reviews:
        yield "reviewed"


def duration(late_s: float) -> str:
    """Write how late somebody is: 12 min, 3 h 5 min, 2 d 4 h; where nobody knows, that they are."""
    if not late_s:
        return "late"
    minutes = max(1, round(late_s / 60))
    if minutes < 60:
        return f"{minutes}\u00a0min"
    if minutes < 48 * 60:
        return f"{minutes // 60}\u00a0h {minutes % 60}\u00a0min"
    days, hours = divmod(round(minutes / 60), 24)
    return f"{days}\u00a0d {hours}\u00a0h"
