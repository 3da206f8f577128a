"""Who is in the class: read from what other systems export, and asked whose a submission is."""

import functools
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from grader.errors import CallerError
from grader.model.roll import Student
from grader.people.names import (
    folded,
    folder_key,
    in_order,
    printable,
    squashed,
    squashings,
    student_called,
)
from grader.people.tables import Row, read_table

Index = dict[str, list[Student]]


@dataclass(frozen=True)
class Form:
    """Whose table has which columns.

    ``student`` are those that hold an identifier, the one we use first; ``name`` those that make a
    full name together, in its order; ``known`` hold other identifiers.
    """

    needs: frozenset[str]
    student: tuple[str, ...]
    name: tuple[str, ...]
    section: tuple[str, ...] = ("section",)
    known: tuple[str, ...] = ()


PLAIN = ("login", "username", "email", "e-mail", "id", "github_username")
OF_MOODLE = ("username", "id number", "email address", "email", "identifier")
OF_CANVAS = ("sis login id", "sis user id", "id", "integration id")
FORMS = (
    Form(frozenset({"student", "name"}), ("student",), ("name",), known=PLAIN),
    Form(frozenset({"student", "id"}), OF_CANVAS, ("student",)),
    Form(
        frozenset({"identifier", "github_username"}),
        ("identifier", "github_username"),
        ("name",),
        known=("github_id",),
    ),
    Form(
        frozenset({"id", "last_name", "first_name"}),
        ("id",),
        ("first_name", "last_name"),
        known=("email", "lms_user_id"),
    ),
    Form(frozenset({"first name", "surname"}), OF_MOODLE, ("first name", "surname"), ("groups",)),
    Form(
        frozenset({"first name", "last name"}), OF_MOODLE, ("first name", "last name"), ("groups",)
    ),
    Form(frozenset({"identifier", "full name"}), OF_MOODLE, ("full name",), ("groups",)),
    Form(frozenset({"student"}), ("student",), (), known=PLAIN),
)
"""From left to right: our own, Canvas, GitHub Classroom, nbgrader, three of Moodle's, the least."""
NOBODY = {"points possible", "student, test", "test student"}
"""What Canvas lists among the students: a row of maxima, and a student made to try things out."""
NUMBERED = "participant "
"""Moodle's ``Identifier`` is this word and the number that is in the names of its files."""


@dataclass(frozen=True)
class Roster:
    """Everybody of a class, in the order of their table.

    With ``addresses``, what stands before the ``@`` of one is an identifier where no other is: the
    login of the same place, as a rule, but not that of another.
    """

    students: tuple[Student, ...]
    addresses: bool = True

    def find(self, identifier: str) -> Student | None:
        """Return who is meant by an identifier or a full name; nobody where it may be several."""
        return self.identified(identifier) or self.named(identifier)

    def identified(self, identifier: str) -> Student | None:
        """Return who has this identifier here, else in another system, else before their ``@``."""
        return _only(self._identifiers, folded(identifier))

    def named(self, name: str) -> Student | None:
        """Return whose full name this is, in either order, else with its spaces and marks lost."""
        return _only(self._names, folded(in_order(name))) or _only(self._squashed, squashed(name))

    @functools.cached_property
    def _identifiers(self) -> Index:
        own = _index((one, (one.student,)) for one in self.students)
        known = _index((one, one.known_as) for one in self.students)
        local = _index((one, map(_local, (one.student, *one.known_as))) for one in self.students)
        return (local if self.addresses else {}) | known | own

    @functools.cached_property
    def _names(self) -> Index:
        return _index((one, (in_order(one.name),)) for one in self.students)

    @functools.cached_property
    def _squashed(self) -> Index:
        return _index((one, squashings(one.name)) for one in self.students)


def read_roster(path: Path) -> Roster:
    """Return the class that the CSV at ``path`` lists. Raises CallerError with the remedy."""
    header, rows = read_table(path, lambda columns: _form(columns) is not None)
    if rows is None:
        seen = ", ".join(printable(name)[:30] for name in header[:6]) or "nothing"
        raise CallerError(
            f"{path} has no columns that say who the students are (it begins with {seen}): it "
            "needs a column 'student', and may have 'name' and 'section'; or export it from "
            "Canvas, Moodle, GitHub Classroom or nbgrader with the names of the columns in English"
        )
    form = _form({folded(name) for name in header})
    students = tuple(one for row in rows if form and (one := _student(row, form)))
    if not students:
        raise CallerError(f"{path} lists no students: put one in each row below the header")
    _require_distinct(path, students)
    return Roster(students)


def _form(columns: set[str]) -> Form | None:
    return next((form for form in FORMS if form.needs <= columns), None)


def _student(row: Row, form: Form) -> Student | None:
    """Who a row lists; nobody where it is empty, or there for another purpose."""
    name = in_order(" ".join(filter(None, (row.get(column, "") for column in form.name))))
    if any(folded(row.get(column, "")) in NOBODY for column in form.name):
        return None
    known = [row[column] for column in form.student + form.known if row.get(column)]
    called = next((row[column] for column in form.student if row.get(column)), name)
    if not called:
        return None
    student = student_called(printable(called))
    known += [one[len(NUMBERED) :] for one in known if folded(one).startswith(NUMBERED)]
    return Student(
        student=student,
        name=name,
        section=printable(next((row[at] for at in form.section if row.get(at)), "")),
        known_as=tuple(one for one in dict.fromkeys(map(printable, known)) if one != student),
    )


def _require_distinct(path: Path, students: tuple[Student, ...]) -> None:
    counted = Counter(folder_key(one.student) for one in students)
    twice = [key for key, count in counted.items() if count > 1]
    if twice:
        names = ", ".join(twice[:6])
        raise CallerError(f"{path} lists students more than once ({names}): leave one row each")


def _index(pairs: Iterable[tuple[Student, Iterable[str]]]) -> Index:
    index: Index = {}
    for student, keys in pairs:
        for key in {folded(key) for key in keys} - {""}:
            index.setdefault(key, []).append(student)
    return index


def _only(index: Index, key: str) -> Student | None:
    found = index.get(key, ())
    return found[0] if len(found) == 1 else None


def _local(address: str) -> str:
    """What stands before the ``@`` of an e-mail address; nothing where it is none."""
    local, at, _ = address.partition("@")
    return local if at else ""
