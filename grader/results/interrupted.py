"""Puts right what a power cut or ``kill -9`` left half done among results.

A result is replaced by two renames. Whoever dies between them leaves the old one under its other
name: with what people decided about it, and with what it keeps of earlier ones. It comes back
before anybody reads or writes there. Where another took its place meanwhile, that one gets what is
known of the old one, as if it had replaced it.
"""

import contextlib
import os
import re
import shutil
import time
from pathlib import Path

from pydantic import ValidationError

from grader.errors import ResultsError
from grader.model.evidence import Evidence
from grader.results.earlier import missed, put_before
from grader.results.reviews import add_review, alone_if_free

OLD = re.compile(r"\.(?P<name>.+)\.[a-z0-9_]{8}\.old")
MADE = re.compile(r"\.(?P<name>.+)\.[a-z0-9_]{8}")
FORGOTTEN_S = 3600.0


def restore(out: Path) -> None:
    """Bring back what is missing, and remove what nobody needs. What cannot be done stays."""
    bring_back(out)
    with contextlib.suppress(OSError):
        for path in sorted(out.glob(".*")):
            if MADE.fullmatch(path.name) and _is_result(path) and _is_forgotten(path):
                shutil.rmtree(path, ignore_errors=True)


def bring_back(out: Path, student: str | None = None) -> None:
    """Bring back what is missing in ``out``, of one student or of all.

    What cannot be done stays, as does what another grader is at: one can read where one may not
    write.
    """
    with contextlib.suppress(OSError):
        for path in sorted(out.glob(".*.old")):
            old = OLD.fullmatch(path.name)
            if old is not None and student in (None, old["name"]):
                with contextlib.suppress(OSError, ResultsError):
                    _bring_back(path, path.with_name(old["name"]))


def _bring_back(path: Path, target: Path) -> None:
    """Whoever is between the two renames just now holds the lock of the old one."""
    with alone_if_free(path) as free:
        if not (_is_free(free, path) and _is_result(path)):  # or it is somebody else's
            return
        if not os.path.lexists(target):
            os.replace(path, target)
        elif _is_result(target):
            with alone_if_free(target) as target_free:
                if target_free is not False:
                    _put_before(path, target)


def _put_before(old: Path, new: Path) -> None:
    """Have ``new`` know what it would, had it replaced ``old``."""
    kept = _missed(old, new)
    add_review(old, new)
    put_before(old, new, kept=kept)
    shutil.rmtree(old, ignore_errors=True)


def _missed(old: Path, new: Path) -> bool:
    try:
        evidence = Evidence.model_validate_json((new / "evidence.json").read_bytes())
    except (ValidationError, ValueError):
        return True
    return missed(old, evidence)


def _is_free(locked: bool | None, path: Path) -> bool:
    """Without locks, only time tells that nobody is between the two renames any more."""
    return _is_forgotten(path) if locked is None else locked


def _is_forgotten(path: Path) -> bool:
    return time.time() - path.lstat().st_ctime > FORGOTTEN_S


def _is_result(path: Path) -> bool:
    return (path / "evidence.json").is_file()
