"""The seam of the layouts: a place to look in, and what is found there.

A layout says what is whose as far as names of files tell; who that is in the class is told after.
"""

import os
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from grader.model.roll import Layout


@dataclass(frozen=True)
class Place:
    """Where submissions are looked for.

    ``base`` is what the caller named, unpacked if it is a zip; ``folder`` is that, or the only
    folder in it; ``leave`` is the folder of results. All are resolved. ``scratch`` is for copies,
    and gone after.
    """

    base: Path
    folder: Path
    assignment: str
    scratch: Path
    leave: Path | None = None

    def source(self, path: Path) -> str:
        """Return what ``path`` is called relative to what the caller named; always valid text."""
        name = path.relative_to(self.base).as_posix()
        return os.fsencode(name).decode("utf-8", "backslashreplace")


@dataclass(frozen=True)
class Person:
    """Whom a layout tells of.

    ``called`` is what they are called in it, and ``names`` what their full name may be; the first
    is shown. ``known_as`` are identifiers of the system it comes from; ``apart`` is what they are
    called where ``called`` is another's, too, and empty where the layout knows no such name.
    """

    called: str
    names: tuple[str, ...] = ()
    known_as: tuple[str, ...] = ()
    apart: str = ""


@dataclass(frozen=True)
class Found:
    """One submission. ``path`` is what ``open_submission`` opens; ``late`` that it is said to be,
    by a time that is not.
    """

    path: Path
    source: str
    person: Person
    submitted: datetime | None = None
    late: bool = False


@dataclass(frozen=True)
class Left:
    """What is no submission to be graded, and whose it is, where that is known.

    With ``if_listed`` it is theirs only where the roster has them: it may be anybody's file.
    """

    source: str
    reason: str
    person: Person | None = None
    if_listed: bool = False


@dataclass
class Findings:
    """All that there is in a place, but what ``listing`` passes over."""

    found: list[Found] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)


class Finder(Protocol):
    """One layout."""

    @property
    def name(self) -> Layout:
        """What it is called."""

    @property
    def looks(self) -> str:
        """What a folder so laid out holds, to be said after "it should hold"."""

    def fits(self, place: Place) -> bool:
        """Whether the place is laid out so, rather than in a less particular way."""

    def find(self, place: Place) -> Findings:
        """Return what is in the place, if it is laid out so. Raises OSError."""
