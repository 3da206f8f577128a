"""Grades without names: what an export is given where nobody is to be known by it.

A pseudonym takes the place of every identifier, name and path, and names are taken out of all text,
also those of other students. Left out is what others could compare with what they know: the
section, the hash of the files, who reviewed, and the hour of every time. Everybody is in the order
of pseudonyms.
"""

import dataclasses
import math
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time
from typing import Any

from grader.exports.interface import Wanted
from grader.exports.redaction import Redaction, redaction
from grader.exports.spellings import Person
from grader.model.grade import Grade
from grader.model.roll import Entry, Student
from grader.reports.class_members import Graded, Member, with_grade

OURS = frozenset(
    {
        *("assignment", "profile", "backend", "versions", "id", "title", "verdict", "visibility"),
        *("statistic", "kind", "outcome", "signal", "action", "criterion", "evidence", "at"),
        *("confidence", "effect", "idea"),
    }
)
"""Fields of a grade whose text is ours or the rubric's, whatever students are called."""
REVIEWER = "a reviewer"
DAY_S = 24 * 60 * 60


def everybody(wanted: Wanted, known: Iterable[Student]) -> tuple[Student, ...]:
    """Return all whose names must not stand in an export: its members, and whom else the class
    ``known`` has; whoever of them is the same, once with everything they are known by.
    """
    found = dict[str, Student]()
    for one in (*known, *map(_as_student, wanted.members)):
        earlier = found.get(one.student, one)
        ids = dict.fromkeys((*earlier.known_as, *one.known_as))
        name = earlier.name or one.name
        found[one.student] = Student(student=one.student, name=name, known_as=tuple(ids))
    return tuple(found.values())


def anonymous(wanted: Wanted, people: Iterable[Student], pseudonyms: Mapping[str, str]) -> Wanted:
    """Return the same with ``pseudonyms``, by identifier, in the place of ``people``.

    Reports show names in too many ways: there are none.
    """
    known = [
        Person(pseudonyms[one.student], one.name, (one.student, *one.known_as)) for one in people
    ]
    clean = redaction([*known, *_reviewers(wanted)])
    members = [_member(one, pseudonyms[one.student], clean) for one in wanted.members]
    return dataclasses.replace(
        wanted,
        members=tuple(sorted(members, key=lambda one: one.student)),
        environment={},
        pages=lambda _: {},
    )


def _reviewers(wanted: Wanted) -> list[Person]:
    """Who decided about a grade: reasons and notes say it."""
    every = (made.by for _, one in with_grade(wanted.members) for made in one.reviews)
    return [Person(REVIEWER, name, (name,)) for name in dict.fromkeys(every)]


def _as_student(one: Member) -> Student:
    known = one.entry.known_as if one.entry else ()
    ids = (*known, one.graded.grade.student, one.graded.folder) if one.graded else known
    return Student(student=one.student, name=one.name, known_as=ids)


def _member(one: Member, pseudonym: str, clean: Redaction) -> Member:
    entry = _entry(one.entry, pseudonym) if one.entry else None
    graded = None
    if one.graded is not None:
        graded = Graded(pseudonym, _grade(one.graded.grade, pseudonym, clean), entry)
    return Member(pseudonym, "", "", one.standing, entry, graded, clean.text(one.why))


def _entry(entry: Entry, pseudonym: str) -> Entry:
    return Entry(
        student=pseudonym,
        source=pseudonym,
        submitted=_day(entry.submitted) if entry.submitted else None,
        late_s=None if entry.late_s is None else math.ceil(entry.late_s / DAY_S) * DAY_S,
    )


def _grade(grade: Grade, pseudonym: str, clean: Redaction) -> Grade:
    document: dict[str, Any] = clean.document(grade.document(), OURS)
    document["student"] = pseudonym
    document["submission"]["sha256"] = ""
    for made, decision in zip(document["reviews"], grade.reviews, strict=True):
        made |= {"by": REVIEWER, "at": _day(decision.at)}
    return Grade.model_validate(document)


def _day(moment: datetime) -> datetime:
    return datetime.combine(moment.astimezone(UTC).date(), time(tzinfo=UTC))
