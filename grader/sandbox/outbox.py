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
from pathlib import Path

MAX_FILES = 10_000
MAX_DEPTH = 8
MAX_SCRATCH_FILES = 200_000
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


def excess(outbox: Path, limit_mb: float) -> str | None:
    """Say in one sentence how the outbox exceeds what it may hold, else ``None``."""
    size, files = 0, 0
    for entry, depth in _walk(str(outbox)):
        files += 1
        size += _size(entry)
        if size > limit_mb * _MIB:
            return f"The run saved more than the {limit_mb:g} MB it may."
        if files > MAX_FILES:
            return f"The run saved more than the {MAX_FILES:,} files it may."
        if depth >= MAX_DEPTH:
            return f"The run nested folders deeper than the {MAX_DEPTH} levels it may."
    return None


def overfull(folders: Iterable[Path], unnamed_mb: float, limit_mb: float) -> str | None:
    """Say in one sentence how temporary files exceed what a run may keep, else ``None``."""
    size, files = int(unnamed_mb * _MIB), 0
    if size > limit_mb * _MIB:
        return f"The run wrote more than the {limit_mb:g} MB of temporary files it may."
    for folder in folders:
        for entry, depth in _walk(str(folder), _DEEPEST):
            files += 1
            size += _size(entry)
            if size > limit_mb * _MIB:
                return f"The run wrote more than the {limit_mb:g} MB of temporary files it may."
            if files > MAX_SCRATCH_FILES:
                return f"The run made more than {MAX_SCRATCH_FILES:,} temporary files."
            if depth >= _DEEPEST:
                return f"The run nested folders deeper than the {_DEEPEST} levels it may."
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
