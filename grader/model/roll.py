"""The roll of a class: who handed in what, and what is missing or cannot be told.

``class.json`` in the results folder of a batch is this model.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import Field

from grader.model.base import Frozen


class Layout(StrEnum):
    """How a folder of submissions is laid out."""

    PLAIN = "plain"
    """A file, folder or zip per student, named after them."""
    MOODLE = "moodle"
    CANVAS = "canvas"
    NBGRADER = "nbgrader"
    REPOSITORIES = "repositories"


class Student(Frozen):
    """A student as a roster knows them.

    ``student`` is their identifier, and names the folder of their results. ``known_as`` are the
    other identifiers a system may use for them (login, e-mail address, LMS number).
    """

    student: str
    name: str = ""
    section: str = ""
    known_as: tuple[str, ...] = ()


class Entry(Frozen):
    """One student's submission of a class.

    ``source`` is its path relative to the class's folder, or to the zip that was given; where a
    layout puts several files of one person side by side, their common beginning and ``*``.
    ``main`` is the file to run where the layout tells. ``late_s`` says by how many seconds it came
    after the due date: 0 where it is only known to be late, ``None`` where it was in time or nobody
    knows. ``known_as`` are the identifiers that the layout gave. ``unmatched`` says that there is a
    roster and it is not known who of it this is; the work is graded all the same. ``sha256`` is
    that of the submission, where it could be opened: a result of other bytes is earlier work's.
    """

    student: str
    source: str
    name: str = ""
    section: str = ""
    main: str | None = None
    submitted: datetime | None = None
    late_s: float | None = None
    known_as: tuple[str, ...] = ()
    unmatched: bool = False
    sha256: str = ""


class NotGraded(Frozen):
    """Something in a class's folder that is no student's gradable submission, and what to do.

    ``student`` is empty where it is not known whose it is.
    """

    source: str
    reason: str
    student: str = ""


class Roll(Frozen):
    """Everybody of a class.

    ``left`` is what was found and is not graded: a duplicate, an earlier version, or in a form that
    is refused. ``missing`` are those of the roster, and those whose work cannot be opened, without
    an entry; ``left`` may say why.
    """

    schema_: Literal[1] = Field(default=1, alias="schema")
    assignment: str
    layout: Layout
    entries: tuple[Entry, ...] = ()
    left: tuple[NotGraded, ...] = ()
    missing: tuple[Student, ...] = ()

    @property
    def absent(self) -> tuple[Student, ...]:
        """Who handed nothing in: who is ``missing`` for what is ``left`` handed something in."""
        left = {one.student for one in self.left}
        return tuple(one for one in self.missing if one.student not in left)

    def document(self) -> dict[str, Any]:
        """Return the JSON document that ``class.json`` holds."""
        return self.model_dump(mode="json", by_alias=True)
