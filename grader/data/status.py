"""What data there is on this machine, for ``grader data status``."""

from dataclasses import dataclass
from pathlib import Path

from grader.data.arrays import load_split
from grader.data.places import data_folder
from grader.data.readers import FILES, is_present
from grader.errors import DataError


@dataclass(frozen=True)
class DataStatus:
    """One data set in one folder: ``state`` is a sentence, ``usable`` whether labs can use it.

    ``official`` says whether it is what the thresholds were measured on, byte for byte.
    """

    name: str
    folder: Path
    usable: bool
    official: bool
    state: str


def _state(folder: Path, name: str) -> DataStatus:
    if not is_present(folder, name):
        return DataStatus(name, folder, usable=False, official=False, state="not there")
    try:
        splits = [load_split(folder, name, split) for split in FILES[name]]
    except DataError as error:
        return DataStatus(name, folder, usable=False, official=False, state=str(error))
    sizes = " + ".join(f"{len(split):,}" for split in splits)
    official = all(split.official for split in splits)
    state = f"{sizes} images, {kind(official)}"
    return DataStatus(name, folder, usable=True, official=official, state=state)


def kind(official: bool) -> str:
    """Say whether files are the published ones."""
    return "the published files" if official else "not the published files"


def status() -> list[DataStatus]:
    """The state of every data set in the user's folder and in ``./data``."""
    return [_state(folder, name) for folder in (data_folder(), Path("data")) for name in FILES]
