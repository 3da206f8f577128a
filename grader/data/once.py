"""Makes a folder of the cache once, whoever else is making it at the same time."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from grader.errors import DataError


def made_once(target: Path, make: Callable[[Path], None]) -> Path:
    """Return ``target``; where it is missing, ``make`` fills a new folder that then becomes it.

    What is made must depend on nothing but the name of ``target``. Raises DataError where there is
    no room or right to write.
    """
    try:
        if not target.is_dir():
            _make(target, make)
    except OSError as error:
        raise DataError(
            f"the cache {target.parent} cannot be written ({error.strerror}): make room there, or "
            "name another folder in the environment variable GRADER_CACHE_HOME"
        ) from None
    return target


def _make(target: Path, make: Callable[[Path], None]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        made = Path(folder) / "data"
        make(made)
        try:
            os.replace(made, target)
        except OSError:  # another grader was faster: its bytes are the same
            if not target.is_dir():
                raise
