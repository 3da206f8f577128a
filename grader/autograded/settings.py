"""What an archive says of itself: what it grades, on which data, within which time."""

from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from grader.data.practice import PracticeSize
from grader.errors import Fault
from grader.model.base import Frozen

NAME = "autograder.json"
LEAST_MINUTES, MOST_MINUTES = 5, 40
"""What Gradescope offers; an archive without a choice is given 10."""
MEASURING_S = 150.0
"""What is left of the time for all but the run: starting, measuring and writing."""


class Settings(Frozen):
    """The settings of an archive. ``python`` is the version it was made with, as ``3.12``."""

    schema_: Literal[1] = Field(default=1, alias="schema")
    assignment: str
    python: str = Field(pattern=r"^3\.\d+$")
    data: Literal["practice", "own"]
    practice_size: PracticeSize = PracticeSize.FULL
    minutes: int = Field(default=10, ge=LEAST_MINUTES, le=MOST_MINUTES)

    @property
    def run_s(self) -> float:
        """How long a submission may run."""
        return 60 * self.minutes - MEASURING_S

    def dump(self) -> bytes:
        """Return them as JSON, a line each: ``setup.sh`` reads them, too."""
        return (self.model_dump_json(by_alias=True, indent=1) + "\n").encode()


def read_settings(source: Path) -> Settings:
    """Read the settings in ``source``. Raises Fault: whoever runs this cannot mend them."""
    try:
        return Settings.model_validate_json((source / NAME).read_bytes())
    except (OSError, ValidationError) as error:
        raise Fault(
            f"{source / NAME} cannot be read ({type(error).__name__}): make the archive again with "
            "'grader autograder' and upload it"
        ) from None
