"""Who of a class is which row of what a platform exported: by an identifier, else by the full name,
and never where several may be meant or the two are at odds.

Identifier and name are at odds where a row has the one and is called otherwise, or where another
row alone has the name.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.exports.listed import (
    NAMES,
    Key,
    Listed,
    is_believed,
    keys_of,
    keys_of_row,
    name_of,
    shown,
)
from grader.reports.class_members import Member

Index = Mapping[Key, Sequence[Listed]]


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
    index = dict[Key, list[Listed]]()
    for row in listed:
        for key in set(keys_of_row(row)):
            index.setdefault(key, []).append(row)
    names = Counter(map(name_of, everyone))
    answers = [(one, _find(one, index, alone=names[name_of(one)] == 1)) for one in wanted]
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


def _find(one: Member, index: Index, *, alone: bool) -> _Answer:
    """The rows with an identifier of theirs that no name speaks against, else with their name."""
    keys = [key for key in keys_of(one) if key.kind not in NAMES]
    identified = [(key, row) for key in keys for row in index.get(key, ())]
    sure = tuple({row.row: row for key, row in identified if is_believed(key, one, row)}.values())
    doubted = [(key, row) for key, row in identified if row not in sure]
    named = tuple(index.get(name_of(one), ()))
    if sure:  # beside it, a bare number is one of another system
        named = named if alone else ()
        doubted = [(key, row) for key, row in doubted if not key.text.isdecimal()]
    if why := _at_odds(one, (*sure, *(row for _, row in doubted)), named, doubted=bool(doubted)):
        return _Answer(why=why)
    if sure or (named and alone):
        return _Answer(sure or named)
    if named:
        return _Answer(why="several of the class have this name: enter the grades by hand")
    return _Answer(
        why="nobody in the file has their identifier or full name: enter the grade by hand, or "
        "grade the class with a --roster of the platform"
    )


def _at_odds(
    one: Member, identified: tuple[Listed, ...], named: tuple[Listed, ...], *, doubted: bool
) -> str:
    """Why an identifier and a name in common do not make the same row; empty where they do.

    Both are named, for a person to tell.
    """
    if not identified:
        return ""
    theirs = identified[-1].label
    if len(named) == 1 and named[0] not in identified:
        return (
            f"the file has their identifier in the row of {theirs} and their name in that of "
            f"{named[0].label}: enter the grade by hand"
        )
    if doubted:
        return (
            f"the file calls who has their identifier {theirs}, and they are called "
            f"{shown(one.label)} here: enter the grade by hand if that is them"
        )
    return ""
