"""Watches the size of an outbox while a job runs, and makes its contents plain afterwards.

The folder is written by a hostile process: nothing here follows a link, opens a file or trusts a
count that a later walk could exceed.
"""

import contextlib
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

MAX_FILES = 10_000
MAX_DEPTH = 8
_DEEPEST = 200
"""Folders nested deeper are a maze; Python's own recursion ends later."""
_MIB = 1024 * 1024


def _walk(
    folder: str, deepest: int = MAX_DEPTH, depth: int = 0
) -> Iterator[tuple[os.DirEntry[str], int]]:
    """Yield every entry below ``folder`` down to ``deepest``, folders before they are opened."""
    with contextlib.suppress(OSError), _opened(folder) as entries:
        for entry in entries:
            yield entry, depth
            if depth < deepest and entry.is_dir(follow_symlinks=False):
                yield from _walk(entry.path, deepest, depth + 1)


def _opened(folder: str) -> "os._ScandirIterator[str]":
    """List a folder, also one that its owner made unreadable to hide what is in it."""
    try:
        return os.scandir(folder)
    except PermissionError:
        if sys.platform != "linux":
            raise
    number = os.open(folder, os.O_PATH | os.O_NOFOLLOW | os.O_DIRECTORY)
    try:
        os.chmod(f"/proc/self/fd/{number}", 0o700)  # the very folder, whatever its name leads to
    finally:
        os.close(number)
    return os.scandir(folder)


def unnamed_mb(pids: Iterable[int]) -> float:
    """The size in MiB of files that processes hold open although their last name is gone."""
    sizes: dict[tuple[int, int], int] = {}
    for pid in pids:
        with contextlib.suppress(OSError):
            for name in os.listdir(f"/proc/{pid}/fd"):
                with contextlib.suppress(OSError):
                    status = os.stat(f"/proc/{pid}/fd/{name}")
                    if stat.S_ISREG(status.st_mode) and not status.st_nlink:
                        sizes[status.st_dev, status.st_ino] = status.st_blocks * 512
    return sum(sizes.values()) / _MIB


def _size(entry: os.DirEntry[str]) -> int:
    with contextlib.suppress(OSError):
        status = entry.stat(follow_symlinks=False)
        return max(status.st_size, getattr(status, "st_blocks", 0) * 512)
    return 0


@dataclass(frozen=True)
class _Caps:
    """What some folders may hold, and what to say where they hold more."""

    files: int
    depth: int
    too_large: str
    too_many: str


_OUTBOX = _Caps(
    MAX_FILES,
    MAX_DEPTH,
    "The run saved more than the {mb:g} MB it may.",
    "The run saved more than the {files:,} files it may.",
)


def excess(outbox: Path, limit_mb: float) -> str | None:
    """Say in one sentence how the outbox exceeds what it may hold, else ``None``."""
    return _excess([outbox], 0, limit_mb, _OUTBOX)


def overfull(
    folders: Iterable[Path], unnamed_mb: float, limit_mb: float, most_files: int
) -> str | None:
    """Say in one sentence how temporary files exceed what a run may keep, else ``None``.

    ``unnamed_mb`` are those that are open and lie in no folder.
    """
    caps = _Caps(
        most_files,
        _DEEPEST,
        "The run wrote more than the {mb:g} MB of temporary files it may.",
        "The run made more than {files:,} temporary files.",
    )
    return _excess(folders, int(unnamed_mb * _MIB), limit_mb, caps)


def _excess(folders: Iterable[Path], size: int, limit_mb: float, caps: _Caps) -> str | None:
    """Add up ``folders`` to ``size``; stop at the first cap that is passed."""
    if size > limit_mb * _MIB:
        return caps.too_large.format(mb=limit_mb)
    entries = chain.from_iterable(_walk(str(folder), caps.depth) for folder in folders)
    for files, (entry, depth) in enumerate(entries, 1):
        size += _size(entry)
        if size > limit_mb * _MIB:
            return caps.too_large.format(mb=limit_mb)
        if files > caps.files:
            return caps.too_many.format(files=caps.files)
        if depth >= caps.depth:
            return f"The run nested folders deeper than the {caps.depth} levels it may."
    return None


def hand_over(outbox: Path, uid: int) -> None:
    """Give the folder and what our own code put into it to the user a job will run as."""
    os.chown(outbox, uid, uid)
    for entry, _ in _walk(str(outbox)):
        os.chown(entry.path, uid, uid, follow_symlinks=False)


def tidy(outbox: Path, before: os.stat_result) -> None:
    """Leave only ordinary files and folders, readable by the host; call when nothing runs.

    Links, pipes and sockets are removed: a later reader could be led astray or hang on them.
    Everything goes to the owner that the folder had ``before`` the run, the folder itself gets
    its old permissions back.
    """
    _own(str(outbox), stat.S_IMODE(before.st_mode), before)
    for entry, depth in _walk(str(outbox)):
        with contextlib.suppress(OSError):
            mode = os.lstat(entry.path).st_mode
            if stat.S_ISDIR(mode) and depth >= MAX_DEPTH:
                remove(entry.path)
            elif stat.S_ISDIR(mode) or stat.S_ISREG(mode):
                _own(entry.path, 0o755 if stat.S_ISDIR(mode) else 0o644, before)
            else:
                os.unlink(entry.path)


def remove(folder: str | os.PathLike[str]) -> None:
    """Remove a folder that a job has written to, as far as possible and without an error.

    The system's own tools do it where there are any: Python's recursive removal fails on a
    thousand nested folders, and a folder without permissions stops both unless it is opened up.
    """
    if sys.platform == "win32":
        shutil.rmtree(folder, ignore_errors=True)
        return
    for command in (("chmod", "-R", "u+rwX"), ("rm", "-rf")):
        words = [*command, "--", os.fspath(folder)]
        subprocess.run(words, check=False, capture_output=True, stdin=subprocess.DEVNULL)


def _own(path: str, mode: int, before: os.stat_result) -> None:
    with contextlib.suppress(OSError):
        if os.lstat(path).st_uid != before.st_uid:
            os.chown(path, before.st_uid, before.st_gid, follow_symlinks=False)
        os.chmod(path, mode)
