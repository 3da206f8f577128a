"""Watches the size of an outbox while a job runs, and makes its contents plain afterwards.

Theory of operation. The folder is written by a hostile process, and while it runs any name in it
may lead elsewhere a moment after it was looked at. So a folder is opened once, without following a
link, and everything in it is named by way of that descriptor: ``/proc/self/fd/N/name`` is looked up
in the very folder that was opened, wherever it has been moved and whatever has taken its name.
Nothing here opens a file or trusts a count that a later walk could exceed. Where there is no such
path (no Linux, and so no sandbox either) names have to do.
"""

import contextlib
import math
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from grader.sandbox.memory import resident_kb

MAX_FILES = 10_000
MAX_DEPTH = 8
_DEEPEST = 100
"""Folders nested deeper are a maze; each on the way down takes two descriptors of ours."""
_MIB = 1024 * 1024


def _walk(
    folder: str, deepest: int = MAX_DEPTH, depth: int = 0
) -> Iterator[tuple[os.DirEntry[str], str, int]]:
    """Yield every entry below ``folder`` down to ``deepest``, folders before they are opened.

    With each goes its path, valid until the next is asked for, and its depth.
    """
    with contextlib.suppress(OSError), _listed(folder) as (very, entries):
        for entry in entries:
            path = f"{very}/{entry.name}"
            yield entry, path, depth
            if depth < deepest and entry.is_dir(follow_symlinks=False):
                yield from _walk(path, deepest, depth + 1)


@contextlib.contextmanager
def _listed(folder: str) -> Iterator[tuple[str, Iterator[os.DirEntry[str]]]]:
    """Yield a path that leads to the very folder while this lasts, and its entries."""
    if sys.platform != "linux":
        with os.scandir(folder) as entries:
            yield folder, entries
        return
    number = _opened(folder)
    try:
        with os.scandir(number) as entries:
            yield f"/proc/self/fd/{number}", entries
    finally:
        os.close(number)


def _opened(folder: str) -> int:
    """Open a folder, also one that its owner closed to hide what is in it. Raises OSError."""
    with _held(folder, os.O_DIRECTORY) as very:
        with contextlib.suppress(OSError):
            if os.stat(very).st_mode & 0o500 != 0o500:
                os.chmod(very, 0o700)
        return os.open(very, os.O_RDONLY | os.O_DIRECTORY)


@contextlib.contextmanager
def _held(path: str, flags: int = 0) -> Iterator[str]:
    """Yield a path that leads to what ``path`` is now, a link itself included. Raises OSError."""
    if sys.platform != "linux":
        yield path
        return
    number = os.open(path, os.O_PATH | os.O_NOFOLLOW | flags)
    try:
        yield f"/proc/self/fd/{number}"
    finally:
        os.close(number)


def unnamed_mb(pids: Iterable[int]) -> float:
    """The size in MiB of files that processes hold open although their last name is gone.

    Infinite where one of them hides what it holds from its own user: only who has reason to does.
    """
    sizes: dict[tuple[int, int], int] = {}
    for pid in pids:
        try:
            names = os.listdir(f"/proc/{pid}/fd")
        except PermissionError:
            if resident_kb(pid):  # one that is just ending has no pages any more, and no owner
                return math.inf
            continue
        except OSError:
            continue  # it has ended
        for name in names:
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
    if unnamed_mb == math.inf:
        return "The run hid which files it holds open, which it may not."
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
    for files, (entry, _, depth) in enumerate(entries, 1):
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
    for _, path, _ in _walk(str(outbox)):
        os.chown(path, uid, uid, follow_symlinks=False)


def tidy(outbox: Path, before: os.stat_result) -> None:
    """Leave only ordinary files and folders, readable by the host; call when nothing runs.

    Links, pipes and sockets are removed: a later reader could be led astray or hang on them.
    Everything goes to the owner that the folder had ``before`` the run, the folder itself gets
    its old permissions back.
    """
    _own(str(outbox), stat.S_IMODE(before.st_mode), before)
    for _, path, depth in _walk(str(outbox)):
        with contextlib.suppress(OSError):
            mode = os.lstat(path).st_mode
            if stat.S_ISDIR(mode) and depth >= MAX_DEPTH:
                remove(path)
            elif stat.S_ISDIR(mode) or stat.S_ISREG(mode):
                _own(path, 0o755 if stat.S_ISDIR(mode) else 0o644, before)
            else:
                os.unlink(path)


def remove(folder: str | os.PathLike[str]) -> None:
    """Remove a folder that a job has written to, as far as possible and without an error.

    The system's own tools do it where there are any: Python's recursive removal fails on a
    thousand nested folders, and a folder without permissions stops both unless it is opened up.
    """
    if sys.platform == "win32":
        shutil.rmtree(folder, ignore_errors=True)
        return
    parent, name = os.path.split(os.path.abspath(folder))
    for command in (("chmod", "-R", "u+rwX"), ("rm", "-rf")):
        with contextlib.suppress(OSError):
            # The tool starts where the folder lies: a path through our descriptors is ours alone.
            words = [*command, "--", f"./{name}"]
            subprocess.run(
                words, cwd=parent, check=False, capture_output=True, stdin=subprocess.DEVNULL
            )
    if os.path.lexists(folder):  # the tools are not on the path of cron, or of a small container
        shutil.rmtree(folder, ignore_errors=True)


def _own(path: str, mode: int, before: os.stat_result) -> None:
    """Give a file or folder its owner and mode back; a link that took its place gets neither."""
    with contextlib.suppress(OSError), _held(path) as very:
        ours = very != path  # the one link that may be followed: it ends where it leads to
        if os.stat(very, follow_symlinks=ours).st_uid != before.st_uid:
            os.chown(very, before.st_uid, before.st_gid, follow_symlinks=ours)
        os.chmod(very, mode)
