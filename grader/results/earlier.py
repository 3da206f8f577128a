"""Keeps a result that a new one replaces, where somebody would miss it: in ``earlier/`` beside it.

Checking one's own work again and again leaves nothing there. What a person decided about, what was
graded on other data or from another place, and what a failure of ours would replace, stays.
"""

import contextlib
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
    numbers = [0]
    for path in shelf.iterdir():
        with contextlib.suppress(ValueError):
            numbers.append(int(path.name))
    return max(numbers)
