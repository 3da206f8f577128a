"""Says how much memory a process tree really holds.

Theory of operation. The sum of resident sizes is cheap but counts a page once per process that
maps it: eight forked loader workers of a torch process look like nine times its size. Killing on
that sum would punish honest work, so it is only the alarm. The judgement is the proportional
size (``smaps_rollup``, each shared page divided among its users), milliseconds per process and so
read only when the alarm rings. Files in the sandbox's own tmpfs mounts are memory too, mapped or
not; their use is read from outside through ``/proc/PID/root``. Hundreds of processes that never
sleep can make the exact look take longer than the run may: it then ends early, and what it has
added up by then is a lower bound.
"""

import contextlib
import os
import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_MIB = 1024 * 1024
_WITHIN_S = 1.0
_PSS = re.compile(rb"^(Pss|Pss_Shmem):\s+(\d+) kB", re.MULTILINE)


@dataclass(frozen=True)
class Scratch:
    """What the in-memory file systems of a sandbox hold."""

    used_mb: float = 0.0
    files: int = 0


def proportional_mb(
    pids: Iterable[int], scratch: Scratch, within_s: float = _WITHIN_S
) -> float | None:
    """Measure the memory of ``pids``, shared pages counted once; ``None`` where unreadable.

    After ``within_s`` the rest is left out. A process may hide its pages from its own user; it is
    then counted as a whole, or the others would speak for it.
    """
    until_s = time.monotonic() + within_s
    total_kb, shared_kb, read = 0, 0, False
    for pid in pids:
        if time.monotonic() > until_s:
            break
        try:
            with open(f"/proc/{pid}/smaps_rollup", "rb") as file:
                sizes = {name: int(size) for name, size in _PSS.findall(file.read())}
        except PermissionError:
            total_kb += resident_kb(pid)
        except OSError:
            continue  # it has ended
        else:
            total_kb += sizes.get(b"Pss", 0)
            shared_kb += sizes.get(b"Pss_Shmem", 0)
            read = True
    if not read:
        return None
    return (total_kb - shared_kb) / 1024 + max(shared_kb / 1024, scratch.used_mb)


def resident_kb(pid: int) -> int:
    """The resident size, which everybody may read."""
    with contextlib.suppress(OSError, IndexError, ValueError), open(f"/proc/{pid}/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024
    return 0


def scratch_use(inner_pid: int | None, mounts: Sequence[str]) -> Scratch:
    """Read the use of the tmpfs ``mounts`` that ``inner_pid`` sees; nothing if it cannot be read.

    ``mounts`` must lie where the host itself has no such path, or start with one that does, so
    that a process that has not entered its sandbox yet reads as empty.
    """
    used_mb, files = 0.0, 0
    with contextlib.suppress(OSError):
        for mount in mounts if inner_pid else ():
            status = os.statvfs(f"/proc/{inner_pid}/root{mount}")
            used_mb += (status.f_blocks - status.f_bfree) * status.f_frsize / _MIB
            files += status.f_files - status.f_ffree
    return Scratch(used_mb, files)
