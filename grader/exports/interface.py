"""The seam of exports: what every format is given, and what it gives back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from grader.model.assignment import Assignment
from grader.reports.class_members import Member


@dataclass(frozen=True)
class Wanted:
    """What is exported, and with what.

    ``members`` are everybody of a class by name, or one alone. ``fill`` is what a learning platform
    exported and is to be filled; ``column`` names its column where the title of the assignment does
    not tell. With ``provisional``, grades that still wait for a person count. ``environment`` are
    the variables that a platform sets where the grader runs; ``pages`` returns a student's report,
    and what it leads to, by the names of the files.
    """

    assignment: Assignment
    members: tuple[Member, ...]
    fill: Path | None = None
    column: str | None = None
    provisional: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)
    pages: Callable[[Member], Mapping[str, bytes]] = lambda _: {}


@dataclass(frozen=True)
class Exported:
    """One file.

    ``left`` has a sentence for everybody whose grade is not in it, and says why; ``notes`` are
    about those that are.
    """

    content: bytes
    left: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Format:
    """One format.

    ``name`` is what the file is called, with ``{assignment}`` for the name of the lab. One that
    ``fills`` needs what the platform exported; one that ``learns`` is the better for it. One for a
    student ``alone`` holds a single grade. One that ``shows_waiting`` has grades that wait for a
    person, too, and says so in them. One that ``identifies`` is of no use without the
    identifiers of people.
    """

    export: Callable[[Wanted], Exported]
    name: str
    fills: bool = False
    learns: bool = False
    alone: bool = False
    shows_waiting: bool = False
    identifies: bool = False
