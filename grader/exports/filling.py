"""Fills the column of a table that a platform exported with the grades of a class.

Only cells are set that are empty or hold a figure: what says ``EX`` was decided by a person.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from grader.errors import CallerError
from grader.exports.counted import counted, notes_on
from grader.exports.figures import POINT, read_figure, write_figure
from grader.exports.interface import Exported, Wanted
from grader.exports.listed import Listed, shown
from grader.exports.matching import match
from grader.model.grade import Grade
from grader.people.worksheet import Worksheet
from grader.reports.class_members import Member

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
    cells, there, replaced = dict[tuple[int, int], str](), list[tuple[Member, Grade]](), 0
    for one, listed in matched.rows:
        said, grade = target.sheet.text(listed.row, target.column), by_student[one.student]
        if why := target.locked.get(listed.row) or _untouchable(said):
            left.append(f"{one.student}: {why}")
            continue
        there.append((one, grade))
        if read_figure(said) != float(_figure(grade, target.points, POINT)):
            cells[listed.row, target.column] = _figure(grade, target.points, target.mark)
            replaced += said not in EMPTY
    notes = (
        *notes_on(there),
        *_scaled(grades[0][1] if grades else None, target.points),
        *_replaced(replaced),
        *(() if cells else _nothing(len(there))),
    )
    return Exported(target.sheet.filled(cells), (*left, *matched.left), notes)


def _figure(grade: Grade, possible: float | None, mark: str) -> str:
    """The score where so many points are ``possible``; it passes there who passes here."""
    fits = possible / grade.max_score if possible and grade.max_score else 1.0
    return write_figure((grade.score or 0.0) * fits, mark, grade.pass_mark * fits)


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


def _nothing(there_already: int) -> tuple[str, ...]:
    said = ", for those that count were there already" if there_already else ""
    return (f"no grade was filled{said}",)


def _were(count: int) -> str:
    return "were" if count > 1 else "was"
