"""The decisions of people about one student's result, in ``review.json`` beside it.

Theory of operation. Whoever changes a stored result holds a lock on its folder: a decision, a
regrade, and a new run that takes its place. The lock is on the folder itself and goes wherever that
is renamed to, so who waited for one that was replaced meanwhile waits again, for the new one.
"""

import contextlib
import errno
import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from grader.errors import ResultsError
from grader.model.review import Review
from grader.results.atomic import replace

REVIEW = "review.json"
NO_LOCKS = {errno.ENOTSUP, errno.ENOLCK, errno.ENOSYS, errno.EINVAL, errno.EBADF}
"""What a file system answers that locks no folders, as some over a network do."""


def read_review(folder: Path) -> Review:
    """Return what was decided about the result in ``folder``; empty where nothing was.

    Raises ResultsError where the file cannot be read: decisions are never taken for none.
    """
    try:
        return Review.model_validate_json((folder / REVIEW).read_bytes())
    except FileNotFoundError:
        return Review()
    except (OSError, ValidationError, ValueError) as error:
        first = str(error).splitlines()[0]
        raise ResultsError(
            f"the review in {folder} cannot be read ({first}): mend {REVIEW}, or move it away to "
            "decide again"
        ) from None


def write_review(folder: Path, review: Review) -> None:
    """Write all decisions, for who is ``alone_in`` the folder. Raises ResultsError."""
    try:
        content = json.dumps(review.document(), indent=1).encode()
        replace(folder / REVIEW, content, durable=True)
    except OSError as error:
        raise ResultsError(
            f"the review in {folder} cannot be written ({error.strerror}): free some space, or get "
            "the right to write there"
        ) from None


def carry_review(old: Path, new: Path) -> None:
    """Take the decisions along as they are, readable or not. Raises OSError."""
    if (old / REVIEW).is_file():
        shutil.copyfile(old / REVIEW, new / REVIEW)


def add_review(old: Path, new: Path) -> None:
    """Put the decisions of ``old`` before those in ``new``, for who is ``alone_in`` both.

    What is there already is not added twice. Where both have a review and the older one cannot be
    read, the newer one stays as it is. Raises OSError, and ResultsError where the newer one cannot.
    """
    if not (old / REVIEW).is_file():
        return
    if not (new / REVIEW).exists():
        replace(new / REVIEW, (old / REVIEW).read_bytes(), durable=True)
        return
    later = read_review(new).decisions
    try:
        lacking = tuple(one for one in read_review(old).decisions if one not in later)
    except ResultsError:
        return
    if lacking:
        write_review(new, Review(decisions=(*lacking, *later)))


@contextlib.contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Keep other graders from changing the result in ``folder``; the lock ends with this process.

    It cannot be taken twice. Where there are no such locks (Windows, some network drives) nobody
    waits. Raises OSError where the folder cannot be opened.
    """
    if sys.platform == "win32":
        yield
        return
    while True:
        with _opened(folder) as descriptor:
            _lock(descriptor)
            if os.path.samestat(os.fstat(descriptor), folder.stat()):
                yield
                return
        # Another folder took its place while we waited.


@contextlib.contextmanager
def alone_if_free(folder: Path) -> Iterator[bool | None]:
    """The same without waiting; ``False`` where another is at it, ``None`` where nobody can tell.

    Raises OSError where the folder is no longer there.
    """
    if sys.platform == "win32":
        yield None
        return
    with _opened(folder) as descriptor:
        locked = _lock(descriptor, wait=False)
        yield locked if os.path.samestat(os.fstat(descriptor), folder.stat()) else False


@contextlib.contextmanager
def _opened(folder: Path) -> Iterator[int]:
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _lock(descriptor: int, wait: bool = True) -> bool | None:
    """Lock what is open; ``False`` where another holds it and we do not wait.

    ``None`` where there are no locks.
    """
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno not in NO_LOCKS:
            raise
        return None
    return True
