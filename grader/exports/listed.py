"""Rows of what a platform exported that are about somebody, and whether that may be a student."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from grader.people.names import folded, printable, same_name, student_called
from grader.reports.class_members import Member

SHOWN = 60
OF_MOODLE = re.compile(r"(?:^|/)[^_/]+_(?P<number>[0-9]+)_assignsubmission_")


@dataclass(frozen=True)
class Listed:
    """A row that is about somebody.

    ``identifiers`` are what a student may be called by; ``participant`` is Moodle's number, which
    the names of its files have, too. ``name`` is empty where the file does not tell it.
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


def called(one: Member, row: Listed) -> bool:
    """Whether a row has an identifier that somebody has."""
    return bool(_own(one, row) or _known(one, row) or _takes_part(one, row))


def believed(one: Member, row: Listed) -> bool:
    """Whether an identifier is enough. A bare number may be another student's in another system, so
    the full name has to agree where the file tells one: what they are called by where no name of
    theirs is known, for Canvas names files so.
    """
    if not row.name:
        return True
    own, known = _own(one, row), _known(one, row)
    if any(not _is_bare(key) for key in own + known):
        return True
    if own and not one.name:
        return True
    return same_name(one.label, row.name)


def _own(one: Member, row: Listed) -> list[str]:
    """The identifiers of a row that are what we call a student."""
    return _same((one.student,), row.identifiers, lambda key: folded(student_called(key)))


def _known(one: Member, row: Listed) -> list[str]:
    """The identifiers of a row that the layout of the submissions told."""
    return _same(one.entry.known_as if one.entry else (), row.identifiers, folded)


def _takes_part(one: Member, row: Listed) -> bool:
    return bool(row.participant) and row.participant == participant(one)


def participant(one: Member) -> str:
    """Return the number that the names of Moodle's files tell of somebody; empty where they do not.

    The numbers of other systems are other people's, so the number has to stand where Moodle puts
    it: behind a full name, which has no underscores.
    """
    if one.entry is None:
        return ""
    found = OF_MOODLE.search(one.entry.source)
    known = {key.rpartition(" ")[2] for key in one.entry.known_as}
    return found["number"] if found and found["number"] in known else ""


def _same(ours: Iterable[str], theirs: Iterable[str], key: Callable[[str], str]) -> list[str]:
    known = {folded(one) for one in ours} - {""}
    return [one for one in theirs if one and key(one) in known]


def _is_bare(key: str) -> bool:
    return folded(key).isdecimal()
