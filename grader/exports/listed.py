"""Rows of what a platform exported that are about somebody, and what they have in common with a
student.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple

from grader.people.names import folded, in_order, printable, same_name, student_called
from grader.reports.class_members import Member

SHOWN = 60
OF_MOODLE = re.compile(r"(?:^|/)(?P<name>[^_/]+)_(?P<number>[0-9]+)_assignsubmission_")


class Kind(Enum):
    """What a student and a row may have in common."""

    STUDENT = auto()
    """An identifier of the row is what we call the student."""
    KNOWN = auto()
    """An identifier of the row came with the submission."""
    PARTICIPANT = auto()
    """Moodle's number, which the names of its files have, too."""
    NAME = auto()
    NAMED_AFTER = auto()
    """The full name of the row is what a student is called of whom no name is known."""


NAMES = (Kind.NAME, Kind.NAMED_AFTER)


class Key(NamedTuple):
    """One thing in common; the text is folded."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Listed:
    """A row that is about somebody.

    ``identifiers`` are what a student may be called by; ``participant`` is Moodle's number.
    ``name`` is empty where the file does not tell it.
    """

    row: int
    identifiers: tuple[str, ...]
    name: str = ""
    participant: str = ""

    @property
    def label(self) -> str:
        """What people call them."""
        return shown(self.name or self.identifiers[0])


def shown(text: str) -> str:
    """Return what a file says as it can stand in a sentence."""
    return printable(text)[:SHOWN]


def keys_of_row(row: Listed) -> Iterator[Key]:
    """All that a student may have in common with a row."""
    for identifier in filter(None, row.identifiers):
        yield Key(Kind.KNOWN, folded(identifier))
        yield Key(Kind.STUDENT, folded(student_called(identifier)))
    if row.participant:
        yield Key(Kind.PARTICIPANT, row.participant)
    if row.name:
        yield Key(Kind.NAME, _in_any_order(row.name, " "))
        yield Key(Kind.NAMED_AFTER, _in_any_order(student_called(in_order(row.name)), "-"))


def keys_of(one: Member) -> Iterator[Key]:
    """All that a row may have in common with a student."""
    yield Key(Kind.STUDENT, folded(one.student))
    for identifier in one.entry.known_as if one.entry else ():
        yield Key(Kind.KNOWN, folded(identifier))
    if number := participant(one):
        yield Key(Kind.PARTICIPANT, number)
    yield name_of(one)


def name_of(one: Member) -> Key:
    """The full name of a student as rows are asked for it."""
    if one.name:
        return Key(Kind.NAME, _in_any_order(one.name, " "))
    return Key(Kind.NAMED_AFTER, _in_any_order(one.student, "-"))


def _in_any_order(name: str, between: str) -> str:
    """A name whichever of its words comes first, with a comma or without."""
    return between.join(sorted(folded(in_order(name)).split(between)))


def participant(one: Member) -> str:
    """Return the number that the names of Moodle's files tell of somebody; empty where they do not.

    The numbers of other systems are other people's, so the number has to stand where Moodle puts
    it: behind a full name, which has no underscores.
    """
    found = _told_by_moodle(one)
    return found["number"] if found else ""


def _told_by_moodle(one: Member) -> re.Match[str] | None:
    """The name and the number in the names of files, where the number was taken for one."""
    if one.entry is None:
        return None
    found = OF_MOODLE.search(one.entry.source)
    known = {key.rpartition(" ")[2] for key in one.entry.known_as}
    return found if found and found["number"] in known else None


def is_believed(key: Key, one: Member, row: Listed) -> bool:
    """Whether an identifier in common is enough to know whose row it is.

    Where both names are known they have to agree: an identifier may be another person's in another
    system. Moodle's number comes with the name that Moodle itself gave the submission, so it counts
    where that one agrees. Where no name of the student is known, a bare number counts only if it is
    what they are called, or what they are called is the full name: Canvas names files after people.
    """
    if not row.name:
        return True
    told = _told_by_moodle(one) if key.kind is Kind.PARTICIPANT else None
    if one.name or told:
        names = filter(None, (one.name, told["name"] if told else ""))
        return any(same_name(name, row.name) for name in names)
    if key.kind is Kind.STUDENT or not key.text.isdecimal():
        return True
    return same_name(one.student, row.name)
