"""Keeps a result that a new one replaces, where somebody would miss it: in ``earlier/`` beside it.

Checking one's own work again and again leaves nothing there. What a person decided about, what was
graded on other data or from another place, and what a failure of ours would replace, stays.
"""

import contextlib
import filecmp
import os
import shutil
from pathlib import Path

from pydantic import ValidationError

from grader.errors import ResultsError
from grader.model.evidence import Evidence
from grader.model.review import fingerprint
from grader.model.run import Outcome
from grader.results.reviews import read_review

EARLIER = "earlier"


def missed(folder: Path, new: Evidence) -> bool:
    """Whether the result in ``folder`` should outlast one with ``new`` evidence."""
    try:
        old = Evidence.model_validate_json((folder / "evidence.json").read_bytes())
        if read_review(folder).about(fingerprint(old)):
            return True
    except (OSError, ValidationError, ValueError, ResultsError):
        return True  # nobody knows what is in it
    failed = new.run.outcome is Outcome.FAULT and old.run.outcome is not Outcome.FAULT
    moved = old.submission.origin != new.submission.origin
    return failed or moved or old.profile != new.profile


def take_along(old: Path, new: Path, *, kept: bool) -> None:
    """Put what ``old`` keeps of earlier results into ``new``, and where ``kept`` itself, too.

    The newest has the highest number. Files are linked, so ``old`` stays whole until ``new`` has
    taken its place, whenever the grader is killed. Raises OSError.
    """
    shelf = new / EARLIER
    if (old / EARLIER).is_dir():
        _link_all(old / EARLIER, shelf)
    if kept:
        shelf.mkdir(exist_ok=True)
        _link_all(old, shelf / str(_newest(shelf) + 1), leave=EARLIER)


def put_before(old: Path, new: Path, *, kept: bool) -> None:
    """Move what ``old`` keeps of earlier results into ``new``, and where ``kept`` itself, too.

    For a result that ``new`` knows nothing of: its own earlier results are the newer ones. What it
    has already is left in ``old``. Whenever the grader is killed, everything is still in one of
    both, and doing it again goes on. Raises OSError.
    """
    shelf = new / EARLIER
    found = _in_order(old / EARLIER) + [old] * kept
    lacking = [path for path in found if not (shelf.is_dir() and _holds(shelf, path))]
    if not lacking:
        return
    shelf.mkdir(exist_ok=True)
    numbered = [path for path in lacking if _number(path) or path == old]
    for path in lacking:
        if path not in numbered:
            path.rename(_free(shelf / path.name))
    for number, path in zip(_make_room(shelf, len(numbered)), numbered, strict=True):
        if path == old:  # the last; what is left there is held already, and none lies in another
            shutil.rmtree(old / EARLIER, ignore_errors=True)
        path.rename(shelf / str(number))


def _free(place: Path) -> Path:
    """What people put beside results may be called the same in both."""
    while os.path.lexists(place):
        place = place.with_name(f"{place.name}~")
    return place


def _make_room(shelf: Path, count: int) -> range:
    """Have the lowest ``count`` numbers free; return them."""
    for path in reversed(_in_order(shelf)):
        if _number(path):
            path.rename(shelf / str(_number(path) + count))
    return range(1, count + 1)


def _holds(shelf: Path, path: Path) -> bool:
    """Whether one in ``shelf`` has all that is in ``path``, but for what that keeps itself."""
    return any(_has_all(one, path) for one in shelf.iterdir())


def _has_all(one: Path, path: Path) -> bool:
    """Links are never followed: what one leads to is not kept by it."""
    if path.is_symlink() or one.is_symlink():
        return path.is_symlink() and one.is_symlink() and path.readlink() == one.readlink()
    if path.is_dir():
        inside = [item for item in path.iterdir() if item.name != EARLIER]
        return one.is_dir() and all(_has_all(one / item.name, item) for item in inside)
    return path.is_file() and one.is_file() and filecmp.cmp(one, path, shallow=False)


def _link_all(folder: Path, place: Path, leave: str = "") -> None:
    """Make ``place`` a folder with all that is in ``folder`` but what is called ``leave``."""
    place.mkdir()
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            if path.name != leave:
                _link_all(path, place / path.name)
        else:
            _link(path, place / path.name)


def _link(source: Path, target: Path) -> None:
    """Nothing in a stored result is changed in its place, so the same bytes serve both."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:  # a file system without links, or a file of another user's
        shutil.copy2(source, target, follow_symlinks=False)


def _newest(shelf: Path) -> int:
    return max(map(_number, shelf.iterdir()), default=0)


def _in_order(shelf: Path) -> list[Path]:
    """What is in ``shelf``, oldest first, after what people named otherwise."""
    found = shelf.iterdir() if shelf.is_dir() else ()
    return sorted(found, key=lambda path: (_number(path), path.name))


def _number(path: Path) -> int:
    """How recent an earlier result is; 0 for what people put beside them."""
    with contextlib.suppress(ValueError):
        return max(int(path.name), 0)
    return 0
