"""What lies in a folder, without what no person put there.

Passed over without a word: hidden files, what systems and office programs leave behind, and the
folder of results. Everything else is a folder, a file, or left with the reason why.
"""

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from grader.batch.layouts.interface import Left, Place
from grader.batch.place import ROLL, read_roll
from grader.discovery.limits import CODE, MAX_LEVELS, SKIPPED, is_skipped
from grader.errors import ResultsError

LITTER = {
    *("__macosx", "thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r"),
    *("$recycle.bin", "system volume information"),
}
MAX_ROLL_BYTES = 50_000_000
"""Of a class of some tens of thousands; what is longer is no roll."""


@dataclass
class Listing:
    """The folders and files in a folder, by name, and what is neither."""

    folders: list[Path] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)

    @property
    def things(self) -> list[Path]:
        """The folders, and the files."""
        return self.folders + self.files

    def mostly(self, suits: Callable[[Path], bool]) -> bool:
        """Whether at least half of it, and something, suits."""
        count = sum(map(suits, self.things))
        return count > 0 and 2 * count >= len(self.things)


def is_litter(name: str) -> bool:
    """Whether a file or folder of this name was put there by a program, not by a person."""
    return name.startswith((".", "~$")) or name.casefold() in LITTER


def list_folder(place: Place, folder: Path | None = None) -> Listing:
    """Return what is in ``folder``, or in the place's own. Raises OSError."""
    listing = Listing()
    for path in sorted((folder or place.folder).iterdir()):
        if is_litter(path.name) or path == place.leave:
            continue
        why = _unfit(path, place.leave is not None and place.leave.is_relative_to(path))
        if why:
            listing.left.append(Left(place.source(path), why))
        else:
            (listing.folders if path.is_dir() else listing.files).append(path)
    return listing


def _unfit(path: Path, around: bool) -> str | None:
    """Why something can be nobody's submission; ``around`` is what the folder of results is in."""
    kind = stat.S_IFMT(path.lstat().st_mode)
    if kind == stat.S_IFLNK:
        return "is a link, which is not followed: put the work itself in its place"
    if kind not in (stat.S_IFREG, stat.S_IFDIR):
        return "is neither a file nor a folder"
    try:
        path.name.encode()
    except UnicodeEncodeError:
        return "has a name that is no valid text: rename it"
    if kind == stat.S_IFDIR and (around or _has_roll(path)):
        return "holds results of the grader, not submissions: keep them elsewhere"
    return None


def _has_roll(folder: Path) -> bool:
    """Whether results lie there: others have files of that name, too, of classes of images say.

    A student may have put it there: a link may lead to what never ends, and a pipe is waited for.
    """
    try:
        there = (folder / ROLL).lstat()
        fits = stat.S_ISREG(there.st_mode) and there.st_size <= MAX_ROLL_BYTES
        return fits and read_roll(folder) is not None
    except (OSError, ResultsError):
        return False


def work_in(folder: Path) -> Path:
    """Return what to open of a folder: the only zip in it where it holds no code beside, as a
    system hands out what one person uploaded; else the folder.
    """
    zips: list[Path] = []
    for where, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name not in SKIPPED and not is_litter(name)]
        if len(Path(where).relative_to(folder).parts) > MAX_LEVELS:
            folders.clear()  # ``os.walk`` calls itself for each level
        for name in filter(lambda name: not is_litter(name), files):
            path = Path(where, name)
            if path.is_symlink() or is_skipped(path.relative_to(folder).parts):
                continue
            if path.suffix.lower() in CODE:
                return folder
            if path.suffix.lower() == ".zip":
                zips.append(path)
    return zips[0] if len(zips) == 1 else folder
