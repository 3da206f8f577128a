"""Prepares the ground for bubblewrap and becomes it. Standard library only; run as a script.

    python -I -S launch.py FD       where FD holds a JSON plan, see ``privileges.Plan``

Theory of operation. Bubblewrap started by root reads root's private files through its binds and
ignores the process limit, so it must start as an unprivileged user; but that user may not be able
to walk to what must be bound (a virtual environment below ``/root``). While still root, this
process therefore enters a mount namespace that nobody shares, covers a directory there with an
empty tmpfs and binds every source below it under a number. Then it sets the limits, gives up every
group and user id, and executes bubblewrap with an empty environment. The namespace vanishes with
its last process. For an ordinary user only the limits are set.
"""

import ctypes
import json
import os
import stat
import sys
from collections.abc import Callable
from typing import Any, NoReturn

_CLONE_NEWNS = 0x00020000
_MS_NOSUID, _MS_NODEV, _MS_BIND, _MS_REC, _MS_PRIVATE = 2, 4, 0x1000, 0x4000, 0x40000


Mount = Callable[[str, str, str, int, str], None]
"""Mount ``source`` at ``target``: kind, flags, options as in mount(2). Raises OSError."""


def own_mounts() -> Mount:
    """Enter a mount namespace that nobody shares; return how to mount in it. Raises OSError."""
    libc = ctypes.CDLL(None, use_errno=True)

    def check(result: int, what: str) -> None:
        if result != 0:
            raise OSError(ctypes.get_errno(), f"{what}: {os.strerror(ctypes.get_errno())}")

    def mount(source: str, target: str, kind: str, flags: int, data: str) -> None:
        texts = (source.encode(), target.encode(), kind.encode())
        check(libc.mount(*texts, ctypes.c_ulong(flags), data.encode()), f"mount {target}")

    check(libc.unshare(_CLONE_NEWNS), "unshare mounts")
    mount("none", "/", "", _MS_REC | _MS_PRIVATE, "")
    return mount


def cover(mount: Mount, place: str) -> None:
    """Put an empty folder over ``place`` that everyone may walk through."""
    mount("none", place, "tmpfs", _MS_NOSUID | _MS_NODEV, "mode=0755,size=1m")


def bind(mount: Mount, descriptor: int, target: str) -> None:
    """Show what an open descriptor names at ``target``, which is made."""
    if stat.S_ISDIR(os.fstat(descriptor).st_mode):
        os.mkdir(target)
    else:
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o600))
    mount(f"/proc/self/fd/{descriptor}", target, "", _MS_BIND | _MS_REC, "")


def stage(sources: list[str], place: str) -> None:
    """Bind each source at ``place/<its index>`` in a mount namespace of our own.

    Sources are opened before ``place`` is covered, since they may lie below it.
    """
    mount = own_mounts()
    opened = [os.open(source, os.O_PATH | os.O_CLOEXEC) for source in sources]
    cover(mount, place)
    for index, descriptor in enumerate(opened):
        bind(mount, descriptor, f"{place}/{index}")


def limit(limits: dict[str, int]) -> None:
    """Set each ``RLIMIT_<name>``, never above the hard limit we inherited."""
    import resource  # not on Windows, where this module is imported but never used

    for name, wanted in limits.items():
        kind = getattr(resource, f"RLIMIT_{name}")
        hard = resource.getrlimit(kind)[1]
        value = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(kind, (value, value))


def offer_to_oom_killer() -> None:
    """Should the machine run out of memory, a submission goes before anything else."""
    with open("/proc/self/oom_score_adj", "w") as file:
        file.write("800")


def drop(uid: int) -> None:
    """Become ``uid`` with the group of the same number and no other, for good."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def carry_out(plan: dict[str, Any]) -> NoReturn:
    """Do what a plan says; raises OSError where bubblewrap cannot be executed."""
    os.umask(0o022)
    if plan["uid"] is not None:
        stage(plan["sources"], plan["stage"])
    os.chdir("/")
    offer_to_oom_killer()
    limit(plan["limits"])
    if plan["uid"] is not None:
        drop(plan["uid"])
    os.execve(plan["argv"][0], plan["argv"], {})  # noqa: S606 - exactly what is wanted


def main() -> None:
    """Read the plan and carry it out."""
    with open(int(sys.argv[1])) as file:
        plan = json.load(file)
    carry_out(plan)


if __name__ == "__main__":
    main()
