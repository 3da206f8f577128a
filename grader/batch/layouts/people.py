"""Whose each submission is: from what a layout tells of people to the students of the roll.

A match is made by an identifier, else by the full name, and never where several may be meant or the
two are at odds.
Results are folders, so two students whose identifiers differ in case alone are taken for one.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from grader.batch.layouts.interface import Findings, Found, Left, Person
from grader.model.roll import Entry, NotGraded, Student
from grader.people.names import folded, folder_key, printable, same_name, student_called
from grader.people.roster import NUMBERED, Roster

SHOWN = 4
LATE_BY_UNKNOWN = 0.0


@dataclass(frozen=True)
class Named:
    """Who somebody is: the name of their results, and what the roster says of them, if it does."""

    student: str
    listed: Student | None = None


@dataclass(frozen=True)
class People:
    """The entries of a class, what is left, who is missing, and what to open for each student."""

    entries: tuple[Entry, ...]
    left: tuple[NotGraded, ...]
    missing: tuple[Student, ...]
    paths: Mapping[str, Path]


def sort_out(findings: Findings, roster: Roster | None, due: datetime | None) -> People:
    """Return whose each submission is. What is one student's more than once is left."""
    told = [one.person for one in findings.found]
    told += [one.person for one in findings.left if one.person]
    named = name_all(list(dict.fromkeys(told)), roster)
    by_student = defaultdict[str, list[Found]](list)
    for found in findings.found:
        by_student[folder_key(named[found.person].student)].append(found)
    left = [_not_graded(one, named) for one in findings.left]
    entries, paths = list[Entry](), dict[str, Path]()
    for _, theirs in sorted(by_student.items()):
        whose = named[theirs[0].person]
        if len(theirs) > 1:
            left += _twice(theirs, whose.student)
            continue
        entry = _entry(theirs[0], whose, due)
        unmatched = roster is not None and whose.listed is None
        entries.append(entry.model_copy(update={"unmatched": unmatched}))
        paths[entry.student] = theirs[0].path
    left.sort(key=lambda one: (one.source, one.reason))
    return People(tuple(entries), tuple(left), _missing(entries, roster), paths)


def name_all(people: Sequence[Person], roster: Roster | None) -> dict[Person, Named]:
    """Return who everybody is; the same for two only where nothing keeps them apart."""
    listed = _listed(people, roster) if roster else {}
    named = {one: Named(listed[one].student, listed[one]) for one in listed}
    named |= {one: Named(student_called(one.called)) for one in people if one not in listed}
    counted = Counter(folder_key(whose.student) for whose in named.values())
    for one, whose in named.items():
        if whose.listed is None and one.apart and counted[folder_key(whose.student)] > 1:
            named[one] = Named(student_called(one.apart))
    return named


def _listed(people: Sequence[Person], roster: Roster) -> dict[Person, Student]:
    """Who of the roster people are, of those of whom it is known.

    Whom the layout keeps apart are not one student, so a full name that they share is nobody's. A
    number may be another student's in another system: where the full name says so, whether or not
    whose that is is on the roster, it is nobody's.
    """
    found = _matched(people, lambda one: {*map(roster.identified, (one.called, *one.known_as))})
    called = _matched(people, lambda one: {*map(roster.named, one.names or (one.called,))})
    agreed = {one: who for one, who in found.items() if called.get(one, who) == who}
    sure = {one: who for one, who in agreed.items() if _may_be(one, who)}
    named = {one: who for one, who in called.items() if one not in found}
    claims = Counter(one.student for one in (*sure.values(), *named.values()))
    alone = {one: who for one, who in named.items() if claims[who.student] == 1 or not one.apart}
    return sure | alone


def _may_be(person: Person, who: Student) -> bool:
    """Whether the full name leaves it open that this is a student who has the identifier.

    People change their names; only a number that the roster says is of the same participants as the
    layout's is known to mean them all the same.
    """
    if not person.names or not who.name:
        return True
    if any(same_name(name, who.name) for name in person.names):
        return True
    listed = {*map(folded, who.known_as)}
    return any(folded(NUMBERED + number) in listed for number in person.known_as)


def _matched(
    people: Sequence[Person], ask: Callable[[Person], set[Student | None]]
) -> dict[Person, Student]:
    """Those for whom all that is asked leads to one student."""
    matched = {}
    for person in people:
        answers = [one for one in ask(person) if one is not None]
        if len(answers) == 1:
            matched[person] = answers[0]
    return matched


def _entry(found: Found, whose: Named, due: datetime | None) -> Entry:
    listed, person = whose.listed, found.person
    shown = person.names[0] if person.names else ""
    return Entry(
        student=whose.student,
        source=found.source,
        name=(listed.name if listed else "") or shown,
        section=listed.section if listed else "",
        submitted=found.submitted,
        late_s=_late_s(found, due),
        known_as=person.known_as,
    )


def _late_s(found: Found, due: datetime | None) -> float | None:
    """Seconds after the due date; one without a zone is in this machine's."""
    if found.submitted is None or due is None:
        return LATE_BY_UNKNOWN if found.late else None
    late_s = (found.submitted - due.astimezone()).total_seconds()
    return late_s if late_s > 0 else None


def _not_graded(one: Left, named: Mapping[Person, Named]) -> NotGraded:
    whose = named[one.person] if one.person else None
    if whose is not None and one.if_listed and whose.listed is None:
        whose = None
    student = whose.student if whose else ""
    return NotGraded(source=one.source, reason=one.reason, student=student)


def _twice(theirs: list[Found], student: str) -> list[NotGraded]:
    sources = sorted(found.source for found in theirs)
    more = ", ..." if len(sources) > SHOWN else ""
    listed = ", ".join(map(printable, sources[:SHOWN])) + more
    reason = (
        f"is one of {len(sources)} that are called {student} ({listed}): keep the one to grade, "
        "put what belongs together into one folder, or rename what is another student's"
    )
    return [NotGraded(source=source, reason=reason, student=student) for source in sources]


def _missing(entries: list[Entry], roster: Roster | None) -> tuple[Student, ...]:
    there = {folder_key(entry.student) for entry in entries}
    students = roster.students if roster else ()
    return tuple(one for one in students if folder_key(one.student) not in there)
