"""Where the system's and the interpreter's files lie, whatever way they are shown to a job."""

import os
import sys
from collections.abc import Iterable
from pathlib import Path

USR = Path("/usr")
_OTHERS = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
SHARED_FILES = ("/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts")
"""What programs below ``/usr`` expect elsewhere."""

SYSTEM_FILES = (
    *SHARED_FILES,
    "/etc/localtime",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/stat",
    "/proc/version",
    "/proc/filesystems",
    "/proc/loadavg",
    "/proc/uptime",
    "/proc/sys/vm/overcommit_memory",
    "/sys/devices/system/cpu",
    "/sys/devices/system/node",
)
"""What may be read of a real system: nothing here tells of anybody's work."""

DEVICES = tuple(f"/dev/{name}" for name in ("null", "zero", "full", "random", "urandom"))


def interpreter_folders() -> list[Path]:
    """The folders this interpreter and its packages live in, as named and as resolved."""
    named = {Path(sys.prefix), Path(sys.base_prefix), Path(sys.exec_prefix)}
    real = {path.resolve() for path in named} | {Path(sys.executable).resolve().parent.parent}
    candidates = sorted(named | real)
    outer = [path for path in candidates if not path.is_relative_to(USR)]
    return [path for path in outer if not any(path.is_relative_to(o) and path != o for o in outer)]


def system_folders() -> list[Path]:
    """The folders of the system's programs and libraries that are no links."""
    others = [Path(name) for name in _OTHERS if not os.path.islink(name)]
    return [USR, *(path for path in others if path.is_dir())]


def system_links() -> list[Path]:
    """The links of old to where those folders lie today."""
    return [Path(name) for name in _OTHERS if os.path.islink(name)]


def without(trees: Iterable[Path], hidden: tuple[Path, ...]) -> tuple[list[Path], list[Path]]:
    """Take ``hidden`` folders out of ``trees``, as a list of what is left.

    Returns the paths that may be shown whole, and the folders on the way, of which only the names
    may be shown. A tree that is itself hidden stays: it was given on purpose.
    """
    whole: list[Path] = []
    on_the_way: list[Path] = []
    for tree in trees:
        inside = [one for one in hidden if one.is_relative_to(tree) and one != tree]
        if not inside:
            whole.append(tree)
            continue
        on_the_way.append(tree)
        children = [path for path in sorted(tree.iterdir()) if path not in hidden]
        children = [path for path in children if not path.is_symlink()]  # it may lead anywhere
        shown, passed = without(children, tuple(inside))
        whole += shown
        on_the_way += passed
    return whole, on_the_way
