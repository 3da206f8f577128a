"""One submission of a class on its way: what is to be done, and what is heard of it.

These pass between processes, and with an engine of several machines between those.
"""

from dataclasses import dataclass
from pathlib import Path

from grader.intake.wire import ProgressLine


@dataclass(frozen=True)
class Work:
    """A submission to be graded.

    ``expected_s`` is how long its run may take, to the best of our knowledge. ``origin`` tells
    where it came from, whatever temporary place it lies at now. ``alone`` asks that nothing else
    runs beside it; ``tries`` counts how often it was begun before.
    """

    student: str
    path: Path
    main: str | None = None
    expected_s: float = 0.0
    origin: str = ""
    alone: bool = False
    tries: int = 0


@dataclass(frozen=True)
class Heard:
    """A run went on."""

    student: str
    line: ProgressLine


@dataclass(frozen=True)
class RunAgain:
    """A submission is run once more with another seed; ``attempt`` counts from 0."""

    student: str
    attempt: int


@dataclass(frozen=True)
class Graded:
    """A submission was graded.

    ``files`` are those of its results folder by name. ``crowded`` says that it may have failed for
    want of what others beside it took, or through a failure of ours: alone it may do better.
    """

    student: str
    files: dict[str, bytes]
    crowded: bool = False


@dataclass(frozen=True)
class Refused:
    """There is nothing to grade, for a reason that only the caller can do something about."""

    student: str
    reason: str


@dataclass(frozen=True)
class Lost:
    """Who graded it is gone, or failed, and left nothing."""

    student: str
    reason: str


@dataclass(frozen=True)
class Noted:
    """Something of no one submission that whoever grades the class should know."""

    sentence: str


Event = Heard | RunAgain | Graded | Refused | Lost
"""What an engine reports; the last three end a piece of work."""
