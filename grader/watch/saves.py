"""Notices that a submission was saved with other code than was looked at last.

A submission is a handful of files, so their size and time of change are asked for a few times a
second: that takes microseconds, works on every file system, network drives and shared folders of
virtual machines among them, and needs no library. Editors write a file in steps, or put a new one
in the place of the old: a save is over when nothing has changed for a moment. Of a notebook only
its code counts, for Jupyter saves it again and again with no more than new outputs.
"""

import contextlib
import hashlib
import time
from collections.abc import Iterable
from pathlib import Path

from grader.discovery.source import Unreadable, read_cells
from grader.model.submission import Submission

POLL_S = 0.2
SETTLED_S = 0.2
LARGEST = 5_000_000
"""Bytes of a file that is looked at; what is larger is no code."""
OLDEST_S = 2.0
"""A time of change that is longer ago than this is not when the file was saved."""

Facts = tuple[int, int, int] | None


class Saves:
    """Compares what files hold now with what they held when they were ``noted``."""

    def __init__(self) -> None:
        self._files: tuple[Path, ...] = ()
        self._facts: dict[Path, Facts] = {}
        self._digests: dict[Path, str] = {}

    def note(self, submission: Submission) -> None:
        """Take the submission's files as they are now."""
        self._files = tuple(submission.folder / name for name in submission.files)
        self.renew()

    def expect(self, submission: Submission, missing: Iterable[str]) -> None:
        """Notice as well when one of these ``missing`` modules comes to lie beside its files."""
        paths = (submission.folder / f"{name}.py" for name in missing)
        new = [path for path in paths if path not in self._files]
        self._files = (*self._files, *new)
        self._facts |= dict.fromkeys(new)
        self._digests |= dict.fromkeys(new, "")

    def renew(self) -> None:
        """Take the same files as they are now, were some of them gone."""
        self._facts = {path: _facts(path) for path in self._files}
        self._digests = {path: _digest(path) for path in self._files}

    def changed(self) -> bool:
        """Whether some code is another now, or gone; half of a save is none."""
        now = {path: _facts(path) for path in self._files}
        others = [path for path, facts in now.items() if facts != self._facts[path]]
        if not others:
            return False
        if any(now[path] is None and self._facts[path] is not None for path in others):
            return not _comes_back(others)
        new = [path for path in others if _digest(path) != self._digests[path]]
        if not new:
            self._facts = now
        return bool(new)

    def wait(self) -> float:
        """Return when the next save is over, as ``settled`` does."""
        while not self.changed():
            time.sleep(POLL_S)
        return self.settled()

    def settled(self) -> float:
        """Return when a save that was seen is over: when it was, as ``time.time`` counts."""
        seen_s = time.time()
        self._settle()
        saved_s = max((facts[0] / 1e9 for facts in map(_facts, self._files) if facts), default=0.0)
        return saved_s if seen_s - OLDEST_S < saved_s < time.time() else seen_s

    def _settle(self) -> None:
        before = None
        while before != (before := [_facts(path) for path in self._files]):
            time.sleep(SETTLED_S)


def _comes_back(paths: Iterable[Path]) -> bool:
    """Whether files that are gone are only being replaced."""
    time.sleep(SETTLED_S)
    return all(path.exists() for path in paths)


def _facts(path: Path) -> Facts:
    with contextlib.suppress(OSError):
        status = path.stat()
        return status.st_mtime_ns, status.st_size, status.st_ino
    return None


def _digest(path: Path) -> str:
    """What the code of a file says, as one digest; empty where there is no file."""
    with contextlib.suppress(OSError):
        if path.stat().st_size > LARGEST:
            return str(path.stat().st_size)
        with contextlib.suppress(Unreadable):
            if path.suffix.lower() == ".ipynb":
                cells = read_cells(path.parent, path.name)
                return hashlib.sha256(repr([cell.text for cell in cells]).encode()).hexdigest()
        return hashlib.sha256(path.read_bytes()).hexdigest()
    return ""
