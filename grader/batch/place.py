"""The results folder of a class: who may write to it now, and its roll."""

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from grader.errors import ResultsError
from grader.model.roll import Roll
from grader.results.atomic import replace
from grader.results.reviews import NO_LOCKS

ROLL = "class.json"
LOCK = ".batch"


@contextlib.contextmanager
def only_batch(out: Path) -> Iterator[None]:
    """Keep other batches out of the folder ``out``; ends with this process, however that ends.

    Where there are no such locks (Windows, some network drives) nobody is kept out. Raises
    ResultsError where another is at work there.
    """
    if sys.platform == "win32":
        yield
        return
    import fcntl

    try:
        descriptor = os.open(out / LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise ResultsError(
            f"{out / LOCK} cannot be opened ({error.strerror}): get the right to write there, or "
            "choose another place with --out"
        ) from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise ResultsError(
            f"another batch is writing to {out}: wait for its end, or choose another place with "
            "--out"
        ) from None
    except OSError as error:
        if error.errno not in NO_LOCKS:
            os.close(descriptor)
            raise
    try:
        yield
    finally:
        os.close(descriptor)


def write_roll(out: Path, roll: Roll) -> None:
    """Write who is in the class. Raises ResultsError."""
    try:
        replace(out / ROLL, json.dumps(roll.document(), indent=1).encode(), durable=True)
    except OSError as error:
        raise ResultsError(
            f"{out / ROLL} cannot be written ({error.strerror}): choose another place with --out"
        ) from None


def read_roll(out: Path) -> Roll | None:
    """Return who is in the class; ``None`` where results were made one by one."""
    try:
        return Roll.model_validate_json((out / ROLL).read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError, ValueError) as error:
        first = str(error).splitlines()[0]
        raise ResultsError(
            f"{out / ROLL} cannot be read ({first}): move it away, and give the batch again"
        ) from None
