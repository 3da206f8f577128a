"""What is wrong with what was handed in, at its places: what every platform is told of."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from grader.ci.exercises import OpenExercise
from grader.ci.places import Places
from grader.exports.shown import Line, lines, mistakes
from grader.model.diagnosis import Confidence, Diagnosis
from grader.model.grade import Grade
from grader.model.source import Place
from grader.model.verdict import Verdict
from grader.reports.diagnoses import hedged
from grader.reports.text import visible


class Kind(StrEnum):
    """How grave a problem is, as GitHub calls it."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


@dataclass(frozen=True)
class Problem:
    """One problem. ``id`` names its cause whatever stands around it; ``file`` is as the platform
    names it, empty where it is about no file.
    """

    id: str
    kind: Kind
    title: str
    text: str
    file: str = ""
    line: int | None = None


KINDS = {
    Verdict.UNMET: Kind.ERROR,
    Verdict.PARTIAL: Kind.WARNING,
    Verdict.FAULT: Kind.WARNING,
    Verdict.BLOCKED: Kind.NOTICE,
}


def problems_of(
    grade: Grade,
    places: Places,
    open_exercises: Iterable[OpenExercise],
    *,
    short: bool = False,
) -> tuple[Problem, ...]:
    """Return what a grade finds wanting, the gravest first.

    None of a grade that passes is an error; but where it falls ``short`` of what the gate asks
    for, every point that is missing is.
    """
    green = grade.passed and not short
    found = [
        *(
            _of_line(line, places, _kind(line, green=green, short=short))
            for line in lines(grade)
            if _counts(line)
        ),
        *(_mistake(one, places) for one in mistakes(grade)),
        *_open(open_exercises, places, Kind.WARNING if green else Kind.ERROR),
        *(
            Problem(f"review-{number}", Kind.WARNING, "Needs review", visible(reason), places.main)
            for number, reason in enumerate(grade.reasons)
        ),
    ]
    order = list(Kind)
    return tuple(sorted(found, key=lambda one: order.index(one.kind)))


def problem_of(error: str, file: str = "", line: int | None = None) -> Problem:
    """Return what kept a gate from grading, in the sentence that says so."""
    return Problem("not-graded", Kind.ERROR, "Not graded", visible(error), file, line)


def _counts(line: Line) -> bool:
    return not line.met and (line.points > 0 or line.verdict is not Verdict.BLOCKED)


def _kind(line: Line, *, green: bool, short: bool) -> Kind:
    if short and line.earned < line.points:
        return Kind.ERROR
    kind = KINDS[line.verdict]
    return Kind.WARNING if kind is Kind.ERROR and (green or not line.points) else kind


def _of_line(line: Line, places: Places, kind: Kind) -> Problem:
    file, number = places.at(line.where)
    points = f" ({line.earned:g} of {line.points:g} points)" if line.points else ""
    text = f"{_named(line.where)}{line.text}"
    return Problem(line.id, kind, f"{line.title}{points}", text, file, number)


def _named(where: Place | None) -> str:
    """A cell by name: the line of its file is that of the JSON, where nobody works."""
    return "" if where is None or where.cell is None else f"{visible(where.words)}: "


def _mistake(one: Diagnosis, places: Places) -> Problem:
    """A mistake at its line: beside the criteria that it cost, which are what a gate is about."""
    file, line = places.at(one.where)
    told = " ".join(filter(None, (one.explanation, one.fix)))
    kind = Kind.NOTICE if one.confidence is Confidence.POSSIBLE else Kind.WARNING
    text = visible(f"{_named(one.where)}{told}")
    return Problem(f"mistake-{one.id}", kind, hedged(one), text, file, line)


def _open(exercises: Iterable[OpenExercise], places: Places, kind: Kind) -> Iterator[Problem]:
    for one in exercises:
        file, line = places.at(one.where)
        text = f"{_named(one.where)}{one.title} is still open."
        yield Problem(f"open-{one.title}", kind, "Open exercise", text, file, line)
