"""Watches the size of an outbox while a job runs, and makes its contents plain afterwards.

The folder is written by a hostile process: nothing here follows a link, opens a file or trusts a
count that a later walk could exceed.
"""

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

MAX_FILES = 10_000
MAX_DEPTH = 16
_MIB = 1024 * 1024


def _walk(folder: str, depth: int = 0) -> Iterator[tuple[os.DirEntry[str], int]]:
    """Yield every entry below ``folder``, folders before what is in them."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            yield entry, depth
            if depth < MAX_DEPTH and entry.is_dir(follow_symlinks=False):
                yield from _walk(entry.path, depth + 1)


def excess(outbox: Path, limit_mb: float) -> str | None:
    """Say in one sentence how the outbox exceeds what it may hold, else ``None``."""
    size, files = 0, 0
    for entry, depth in _walk(str(outbox)):
        files += 1
        with contextlib.suppress(OSError):
            status = entry.stat(follow_symlinks=False)
            size += max(status.st_size, getattr(status, "st_blocks", 0) * 512)
        if size > limit_mb * _MIB:
            return f"The run saved more than the {limit_mb:g} MB it may."
        if files > MAX_FILES:
            return f"The run saved more than the {MAX_FILES:,} files it may."
        if depth >= MAX_DEPTH:
            return f"The run nested folders deeper than the {MAX_DEPTH} levels it may."
    return None


def tidy(outbox: Path, owner: tuple[int, int] | None = None) -> None:
    """Leave only ordinary files and folders, readable by the host; call when nothing runs.

    Links, pipes and sockets are removed, since a later reader could be led astray or hang on
    them. ``owner`` (uid, gid) is given every entry, where the job ran as another user.
    """
    _own(str(outbox), True, owner)
    for folder, names, files in os.walk(outbox, followlinks=False):
        for name in [*names, *files]:
            path = os.path.join(folder, name)
            with contextlib.suppress(OSError):
                mode = os.lstat(path).st_mode
                if stat.S_ISDIR(mode) or stat.S_ISREG(mode):
                    _own(path, stat.S_ISDIR(mode), owner)
                else:
                    os.unlink(path)


def _own(path: str, folder: bool, owner: tuple[int, int] | None) -> None:
    with contextlib.suppress(OSError):
        if owner is not None:
            os.chown(path, *owner, follow_symlinks=False)
        os.chmod(path, 0o755 if folder else 0o644)
