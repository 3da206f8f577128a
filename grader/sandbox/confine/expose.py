"""Makes what only root can walk to reachable for the user a job runs as.

A virtual environment below ``/root`` cannot be entered by anybody else. While still root, in a
mount namespace that nobody shares, each closed folder on the way is covered by an empty one that is
open, and just what the job needs is bound to its old place there. Where every path can be walked
to, no mount is needed and none is made.
"""

import contextlib
import os
import stat
from pathlib import Path

from grader.sandbox.launch import bind, cover, own_mounts


def expose(paths: tuple[str, ...]) -> None:
    """Make ``paths``, absolute and without links, reachable for everyone. Raises OSError."""
    closed = {path: closed_above(Path(path)) for path in sorted(paths)}
    wanted = {path: str(above) for path, above in closed.items() if above is not None}
    if not wanted:
        return
    mount = own_mounts()
    opened = {path: os.open(path, os.O_PATH | os.O_CLOEXEC) for path in wanted}
    for above in sorted(set(wanted.values())):
        cover(mount, above)
    for path, descriptor in opened.items():
        if not os.path.lexists(path):  # else it lies below another one
            os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
            bind(mount, descriptor, path)


def closed_above(path: Path) -> Path | None:
    """The topmost folder above ``path`` that others may not walk through; ``None`` if all may."""
    for parent in reversed(path.parents):
        with contextlib.suppress(OSError):
            if not parent.stat().st_mode & stat.S_IXOTH:
                return parent
    return None
