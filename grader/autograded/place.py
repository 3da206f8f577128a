"""Where things lie in a container that Gradescope made, and what it says of a submission there."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from grader.people.names import student_called

HOME = "LAB_GRADER_HOME"
"""Names the folder that ``setup.sh`` made, open to every user."""
_MOST_BYTES = 1_000_000
_NOBODY = "student"


@dataclass(frozen=True)
class Place:
    """The folder ``/autograder`` of a container."""

    root: Path

    @property
    def source(self) -> Path:
        """What was in the archive."""
        return self.root / "source"

    @property
    def course(self) -> Path:
        """What submissions are judged by."""
        return self.source / "course"

    @property
    def submission(self) -> Path:
        """What was handed in, as it was uploaded."""
        return self.root / "submission"

    @property
    def results(self) -> Path:
        """The file that is read when the autograder has ended."""
        return self.root / "results" / "results.json"

    @property
    def data(self) -> Path:
        """The course's own data."""
        return Path(os.environ.get(HOME, "/opt/lab-grader")) / "data"

    def student(self) -> str:
        """Return who handed in, by the platform's number, as a plain name; of a group the first.

        What cannot be read names nobody: results are the platform's to assign.
        """
        try:
            with (self.root / "submission_metadata.json").open("rb") as file:
                document = json.loads(file.read(_MOST_BYTES))
            number = document["users"][0]["id"]
        except (OSError, ValueError, LookupError, TypeError, RecursionError):
            return _NOBODY
        return student_called(str(number)) if isinstance(number, int | str) else _NOBODY
