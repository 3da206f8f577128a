"""Everybody of a class in one list, graded or not: what the class page and the gradebook read."""

import shlex
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from urllib.parse import quote

from grader.model.grade import Grade
from grader.model.roll import Entry, NotGraded, Roll

NO_RESULT = "There is no result yet: run the batch again, it goes on where it stopped."


@dataclass(frozen=True)
class Graded:
    """One grade of a class.

    ``folder`` is the student's folder of results, relative to the page and with forward slashes;
    ``entry`` is what the roll says of the submission, ``None`` for what was checked by itself.
    """

    folder: str
    grade: Grade
    entry: Entry | None


class Standing(StrEnum):
    """How a student stands; a grade that a person still has to look at is only ``REVIEW``."""

    REVIEW = "review"
    PASSED = "passed"
    FAILED = "failed"
    NOT_GRADED = "not-graded"
    MISSING = "missing"


WORDS = {
    Standing.REVIEW: "needs review",
    Standing.PASSED: "passed",
    Standing.FAILED: "not passed",
    Standing.NOT_GRADED: "not graded",
    Standing.MISSING: "missing",
}


@dataclass(frozen=True)
class Member:
    """One student of the class; ``why`` says why there is no grade."""

    student: str
    name: str
    section: str
    standing: Standing
    entry: Entry | None = None
    graded: Graded | None = None
    why: str = ""

    @property
    def label(self) -> str:
        """What people call them."""
        return self.name or self.student

    @property
    def late_s(self) -> float | None:
        """By how many seconds the submission came late, 0 where nobody knows by how many; ``None``
        where it did not, or nobody knows.
        """
        return self.entry.late_s if self.entry else None

    @property
    def href(self) -> str:
        """The address of their report from the page's own folder; empty without a grade.

        It begins with ``./`` and is quoted, so that no name can lead anywhere else.
        """
        if self.graded is None:
            return ""
        return f"./{quote(self.graded.folder.rstrip('/'), errors='replace')}/report.html"

    @property
    def command(self) -> str:
        """What to type in the page's own folder to review the result; empty without a grade."""
        if self.graded is None:
            return ""
        name = PurePosixPath(self.graded.folder).name
        return f"grader review . {'-- ' * name.startswith('-')}{shlex.quote(name)}"


def members(roll: Roll | None, graded: Sequence[Graded]) -> tuple[Member, ...]:
    """Return everybody by name: every grade, and of the roll whoever has none."""
    entries = {one.student: one for one in roll.entries} if roll else {}
    found = [_with_grade(one, one.entry or entries.get(one.grade.student)) for one in graded]
    if roll is not None:
        found += _without_grade(roll, {one.student for one in found})
    return tuple(sorted(found, key=_order))


def with_grade(everyone: Iterable[Member]) -> Iterator[tuple[Member, Grade]]:
    """Those who have a grade, with it."""
    return ((one, one.graded.grade) for one in everyone if one.graded is not None)


def _with_grade(one: Graded, entry: Entry | None) -> Member:
    return Member(
        student=entry.student if entry else one.grade.student,
        name=entry.name if entry else "",
        section=entry.section if entry else "",
        standing=_standing(one.grade),
        entry=entry,
        graded=one,
    )


def _standing(grade: Grade) -> Standing:
    if grade.provisional or grade.needs_review or grade.score is None:
        return Standing.REVIEW
    return Standing.PASSED if grade.passed else Standing.FAILED


def _without_grade(roll: Roll, known: set[str]) -> list[Member]:
    """Members for those of the roll that are not ``known``, each student once."""
    found: dict[str, Member] = {}
    reasons: dict[str, list[NotGraded]] = {}
    for one in roll.left:
        reasons.setdefault(one.student, []).append(one)
    missing = {one.student: one for one in roll.missing}
    for entry in roll.entries:
        found[entry.student] = Member(
            entry.student, entry.name, entry.section, Standing.NOT_GRADED, entry, why=NO_RESULT
        )
    for student, left in reasons.items():
        if student and student not in found:
            why = " ".join(dict.fromkeys(one.reason for one in left))
            who = missing.get(student)
            name, section = (who.name, who.section) if who else ("", "")
            found[student] = Member(student, name, section, Standing.NOT_GRADED, why=why)
    for student, who in missing.items():
        found.setdefault(student, Member(student, who.name, who.section, Standing.MISSING))
    return [one for one in found.values() if one.student not in known]


def _order(one: Member) -> tuple[str, str]:
    """By name as people look it up: without regard to case and accents."""
    letters = unicodedata.normalize("NFKD", one.label)
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return plain.casefold(), one.student
