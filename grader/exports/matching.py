"""Who of a class is which row of what a platform exported: by an identifier, else by the full name,
and never where several may be meant or the two are at odds.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from grader.exports.listed import Listed, believed, called
from grader.people.names import folded, in_order, student_called
from grader.reports.class_members import Member


@dataclass(frozen=True)
class Matched:
    """Whose row is which; ``left`` has a sentence for each member of whom it is not known."""

    rows: tuple[tuple[Member, Listed], ...]
    left: tuple[str, ...]


@dataclass(frozen=True)
class _Answer:
    """The rows that may be a member's, or why there is none."""

    rows: tuple[Listed, ...] = ()
    why: str = ""


def match(
    wanted: Sequence[Member], everyone: Sequence[Member], listed: Sequence[Listed]
) -> Matched:
    """Return the rows of those ``wanted``; a full name that several of ``everyone`` have is no one
    member's.
    """
    names = Counter(_name(one) for one in everyone)
    answers = [(one, _find(one, listed, alone=names[_name(one)] == 1)) for one in wanted]
    claims = Counter(row.row for _, answer in answers for row in answer.rows)
    rows, left = list[tuple[Member, Listed]](), list[str]()
    for one, answer in answers:
        why = answer.why or _unsure(answer.rows, claims)
        if why:
            left.append(f"{one.student}: {why}")
        else:
            rows.append((one, answer.rows[0]))
    return Matched(tuple(rows), tuple(left))


def _unsure(rows: tuple[Listed, ...], claims: Counter[int]) -> str:
    if len(rows) > 1:
        names = ", ".join(row.label for row in rows[:3])
        return f"the file has several rows that may be theirs ({names}): enter the grade by hand"
    if claims[rows[0].row] > 1:
        return (
            f"several students may be {rows[0].label} of the file: enter their grades by hand, or "
            "grade the class with a --roster that tells them apart"
        )
    return ""


def _find(one: Member, listed: Sequence[Listed], *, alone: bool) -> _Answer:
    """The rows with an identifier of theirs that no name speaks against, else with their name."""
    identified = tuple(row for row in listed if called(one, row))
    sure = tuple(row for row in identified if believed(one, row))
    if sure:
        return _Answer(sure)
    named = tuple(row for row in listed if row.name and _name(one) == _row_name(one, row))
    if named and not alone:
        return _Answer(why="several of the class have this name: enter the grades by hand")
    if named:
        return _Answer(named)
    if identified:
        return _Answer(
            why=f"the file calls who has their number {identified[0].label}: enter the grade by "
            "hand if that is them"
        )
    return _Answer(
        why="nobody in the file has their identifier or full name: enter the grade by hand, or "
        "grade the class with a --roster of the platform"
    )


def _name(one: Member) -> str:
    return folded(in_order(one.name)) if one.name else folded(one.student)


def _row_name(one: Member, row: Listed) -> str:
    """The full name of a row as that of a student is compared with it."""
    name = in_order(row.name)
    return folded(name if one.name else student_called(name))
