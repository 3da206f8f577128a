"""The decisions of people about one student's result, in ``review.json`` beside it."""

import contextlib
import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from grader.errors import ResultsError
from grader.model.evidence import Evidence
from grader.model.review import Decision, Review, fingerprint
from grader.results.atomic import replace

REVIEW = "review.json"


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


def add_decision(folder: Path, decision: Decision, known: Review) -> Review:
    """Add ``decision`` to the ``known`` ones and return all of them.

    Raises ResultsError where the file cannot be written, where somebody else decided meanwhile, or
    where the work was graded again: then nothing is written, because the decision knew of neither.
    """
    try:
        with _alone_in(folder):
            if read_review(folder) != known:
                raise ResultsError(
                    f"somebody else decided about {folder} meanwhile: look at it again first"
                )
            if _judged(folder) != decision.evidence:
                raise ResultsError(
                    f"the work in {folder} was graded again meanwhile: look at it again first"
                )
            review = known.adding(decision)
            content = json.dumps(review.document(), indent=1).encode()
            replace(folder / REVIEW, content, durable=True)
    except OSError as error:
        raise ResultsError(
            f"the review in {folder} cannot be written ({error.strerror}): free some space, or get "
            "the right to write there"
        ) from None
    return review


def _judged(folder: Path) -> str | None:
    """The fingerprint of the evidence that lies there now; ``None`` where it cannot be read."""
    try:
        document = (folder / "evidence.json").read_bytes()
        return fingerprint(Evidence.model_validate_json(document))
    except (OSError, ValidationError, ValueError):
        return None


def carry_review(old: Path, new: Path) -> None:
    """Take the decisions along as they are, readable or not. Raises OSError."""
    if (old / REVIEW).is_file():
        shutil.copyfile(old / REVIEW, new / REVIEW)


@contextlib.contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Keep other graders from deciding about the same folder; the lock ends with this process."""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
