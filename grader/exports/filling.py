"""Fills the column of a table that a platform exported with the grades of a class.

Only cells are set that are empty or hold a figure: what says ``EX`` was decided by a person.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from grader.errors import CallerError
from grader.exports.counted import counted
from grader.exports.figures import read_figure, write_figure
from grader.exports.interface import Exported, Wanted
from grader.exports.listed import Listed, shown
from grader.exports.matching import match
from grader.model.grade import Grade
from grader.people.worksheet import Worksheet

EMPTY = ("", "-")
MOST = 12


@dataclass(frozen=True)
class Target:
    """What is filled: a ``column`` of a ``sheet`` that holds ``points``, if it says how many.

    ``mark`` is that of its decimals; ``locked`` says of rows that take no grade why.
    """

    sheet: Worksheet
    column: int
    people: tuple[Listed, ...]
    points: float | None
    mark: str
    locked: Mapping[int, str] = field(default_factory=dict)


def fill(wanted: Wanted, target: Target) -> Exported:
    """Return the table with the grades that count, and a sentence for everybody it lacks."""
    grades, left = counted(wanted)
    matched = match([one for one, _ in grades], wanted.members, target.people)
    by_student = {one.student: grade for one, grade in grades}
    cells, replaced = dict[tuple[int, int], str](), 0
    for one, listed in matched.rows:
        there = target.sheet.text(listed.row, target.column)
        value = points(by_student[one.student], target.points)
        why = target.locked.get(listed.row) or _untouchable(there)
        if why:
            left.append(f"{one.student}: {why}")
        elif read_figure(there) != float(write_figure(value, ".")):
            cells[listed.row, target.column] = write_figure(value, target.mark)
            replaced += there not in EMPTY
    notes = (*_scaled(grades[0][1] if grades else None, target.points), *_replaced(replaced))
    return Exported(target.sheet.filled(cells), (*left, *matched.left), notes)


def points(grade: Grade, possible: float | None) -> float:
    """Return the points of a grade that counts, as many as are ``possible`` for the best."""
    score = grade.score or 0.0
    return score * possible / grade.max_score if possible and grade.max_score else score


def column_named(sheet: Worksheet, name: str, found: list[int], why: str) -> int:
    """Return the only column of those ``found`` under a name. Raises CallerError with those there
    are, and ``why`` one is asked for.
    """
    if len(found) == 1:
        return found[0]
    header = [shown(one) for one in sheet.header if one]
    listed = ", ".join(header[:MOST]) + ", ..." * (len(header) > MOST)
    problem = f"{len(found)} columns are" if found else "no column is"
    raise CallerError(
        f"{problem} {why} {shown(name)!r} in the file: name one with --column; it has "
        f"{listed or 'none'}"
    )


def _untouchable(there: str) -> str:
    if there in EMPTY or read_figure(there) is not None:
        return ""
    return f"their cell says {shown(there)!r}, which is left as it is"


def _scaled(grade: Grade | None, possible: float | None) -> tuple[str, ...]:
    if grade is None or possible == grade.max_score:
        return ()
    if not possible:
        return (
            f"the file names no points for the column, so grades are out of {grade.max_score:g}: "
            "set the same on the platform",
        )
    return (
        f"the column has {possible:g} points and the grades are out of {grade.max_score:g}: every "
        f"score was multiplied by {possible:g}/{grade.max_score:g}",
    )


def _replaced(count: int) -> tuple[str, ...]:
    if not count:
        return ()
    return (f"{count} other grade{'s' * (count > 1)} in that column {_were(count)} replaced",)


def _were(count: int) -> str:
    return "were" if count > 1 else "was"
