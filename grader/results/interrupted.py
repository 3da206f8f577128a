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

OLD = re.compile(r"\.(?P<name>.+)\.[a-z0-9_]{8}\.old")
MADE = re.compile(r"\.(?P<name>.+)\.[a-z0-9_]{8}")
SETTLED_S = 60.0
"""Another process may be between its two renames: they take no time at all."""
FORGOTTEN_S = 3600.0


def restore(out: Path) -> None:
    """Bring back what is missing, and remove what nobody needs. What cannot be done stays."""
    for path in sorted(out.glob(".*")):
        with contextlib.suppress(OSError):
            _restore(path)


def _restore(path: Path) -> None:
    if not (path / "evidence.json").is_file():
        return  # somebody else's
    old = OLD.fullmatch(path.name)
    age_s = time.time() - path.lstat().st_ctime
    if old is not None and age_s > SETTLED_S:
        target = path.with_name(old["name"])
        if target.exists():
            shutil.rmtree(path, ignore_errors=True)
        else:
            os.replace(path, target)
    elif MADE.fullmatch(path.name) and age_s > FORGOTTEN_S:
        shutil.rmtree(path, ignore_errors=True)
