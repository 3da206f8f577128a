"""Puts right what a power cut or ``kill -9`` left half done among results.

A result is replaced by two renames. Whoever dies between them leaves the old one under its other
name: with what people decided about it, and with what it keeps of earlier ones.
"""

import contextlib
import os
import re
import shutil
import time
from pathlib import Path

from grader.results.reviews import alone_if_free

OLD = re.compile(r"\.(?P<name>.+)\.[a-z0-9_]{8}\.old")
MADE = re.compile(r"\.(?P<name>.+)\.[a-z0-9_]{8}")
FORGOTTEN_S = 3600.0


def restore(out: Path) -> None:
    """Bring back what is missing, and remove what nobody needs. What cannot be done stays."""
    for path in sorted(out.glob(".*")):
        with contextlib.suppress(OSError):
            _restore(path)


def _restore(path: Path) -> None:
    """Whoever is between the two renames just now holds the lock of the old one."""
    if not (path / "evidence.json").is_file():
        return  # somebody else's
    old = OLD.fullmatch(path.name)
    if old is not None:
        with alone_if_free(path) as free:
            if free:
                _bring_back(path, path.with_name(old["name"]))
    elif MADE.fullmatch(path.name) and time.time() - path.lstat().st_ctime > FORGOTTEN_S:
        shutil.rmtree(path, ignore_errors=True)


def _bring_back(path: Path, target: Path) -> None:
    if target.exists():
        shutil.rmtree(path, ignore_errors=True)
    else:
        os.replace(path, target)
