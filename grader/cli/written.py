"""Files that a person names for a command to write."""

import os
import stat
from pathlib import Path

REMEDY = "name another file with {option}"


def place_for(named: Path, option: str = "--out") -> Path:
    """Return where a file is to be written: what ``named`` leads to, if it is a link.

    Raises CallerError where something else than a file is there, such as a folder or a device:
    files are replaced whole, and that would put an ordinary file in its place.
    """
    from grader.errors import CallerError

    place = Path(os.path.realpath(named))  # a loop of links ends somewhere, too
    try:
        regular = stat.S_ISREG(place.stat().st_mode)
    except OSError:  # nothing is there, or nothing that can be seen: writing will tell
        return place
    if not regular:
        raise CallerError(f"{named} is no file: {REMEDY.format(option=option)}")
    return place


def write(named: Path, place: Path, content: bytes) -> None:
    """Put ``content`` in ``place``, which is called ``named``. Raises ResultsError."""
    from grader.errors import ResultsError
    from grader.results.atomic import replace

    try:
        replace(place, content)
    except OSError as error:
        raise ResultsError(
            f"{named} cannot be written ({error.strerror}): {REMEDY.format(option='--out')}"
        ) from None


def same(one: Path, other: Path) -> bool:
    """Whether two paths lead to one file, also on a disk that ignores case."""
    try:
        return one.resolve() == other.resolve() or one.samefile(other)
    except OSError:
        return False
