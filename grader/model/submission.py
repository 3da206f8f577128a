"""One student's files for one assignment."""

from enum import StrEnum
from pathlib import Path

from grader.model.base import Frozen


class Kind(StrEnum):
    """How a submission is executed."""

    SCRIPT = "script"
    NOTEBOOK = "notebook"


class Submission(Frozen):
    """A submission found on disk.

    ``main`` is the file to execute; ``files`` are all files that travel with it, ``main``
    included, as names relative to ``folder``; ``sha256`` covers names and bytes of all of them.
    ``origin`` tells one place on disk from another without naming it.
    """

    student: str
    kind: Kind
    folder: Path
    main: str
    files: tuple[str, ...]
    sha256: str
    origin: str = ""
