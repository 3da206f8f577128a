"""A hard limit on the memory of one run, where this user may make control groups.

Theory of operation. The supervisor looks at a run's memory a few times a second; what takes more
than the machine has between two looks would take it from everybody. A control group is a limit that
the kernel itself keeps, for everything the run starts. It stands a little above the run's own
limit, since it also counts what the kernel holds for the run: that limit is judged by the
supervisor, alike on every machine, and this one stops only what the supervisor could not.

Both versions of the interface are known: the second where it is delegated to this user, the first
where it is mounted. Where neither may be used there is no group, and nothing is said: the
supervisor's look is enough for everything that is not an attack.
"""

import contextlib
import os
import secrets
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

_MIB = 1024 * 1024
_ABOVE = 1.1
_ABOVE_MB = 64
_GONE_S = 2.0
_NAME = "lab-grader"
_FORGOTTEN_S = 60.0
"""Where process ids are another container's, its group may be new and empty still."""
ROOT = Path("/sys/fs/cgroup")
OWN = Path("/proc/self/cgroup")


@dataclass(frozen=True)
class _Files:
    """What one version of the interface calls its files."""

    limit: str
    swap: str
    kills: str
    peak: str | None


_SECOND = _Files("memory.max", "memory.swap.max", "memory.events", None)
_FIRST = _Files(
    "memory.limit_in_bytes",
    "memory.memsw.limit_in_bytes",
    "memory.oom_control",
    "memory.max_usage_in_bytes",
)
_AT_THE_LIMIT = 0.98


class Group:
    """One control group, made for one run."""

    def __init__(self, folder: Path, files: _Files) -> None:
        self._folder, self._files = folder, files

    def add(self, pid: int) -> bool:
        """Put a process into it, with all that it will start; ``False`` where that is refused."""
        return _write(self._folder / "cgroup.procs", str(pid))

    def killed(self) -> bool:
        """Whether the kernel ended something of it because it reached its own limit.

        Where the whole machine is out of memory the kernel ends something, too; that says nothing
        of what this group used.
        """
        counts = self._counts(self._files.kills)
        if self._files.peak is None:
            reached = counts.get("oom", 0) > 0
        else:  # the first version does not say why
            most = self._counts(self._files.limit).get("", 0)
            reached = self._counts(self._files.peak).get("", 0) >= _AT_THE_LIMIT * most
        return counts.get("oom_kill", 0) > 0 and reached

    def _counts(self, name: str) -> dict[str, int]:
        """What a file of the group counts; a figure without a name has an empty one."""
        found = {}
        with contextlib.suppress(OSError, ValueError):
            for line in (self._folder / name).read_text().splitlines():
                label, _, figure = line.rpartition(" ")
                found[label] = int(figure)
        return found

    def close(self) -> None:
        """Kill whatever is still in it, and remove it."""
        deadline = time.monotonic() + _GONE_S
        while self._folder.exists() and time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                for pid in (self._folder / "cgroup.procs").read_text().split():
                    with contextlib.suppress(OSError):
                        os.kill(int(pid), signal.SIGKILL)
                self._folder.rmdir()
                return
            time.sleep(0.01)


def make(memory_mb: int) -> Group | None:
    """Make a group whose processes may hold ``memory_mb`` and a little more, if that is allowed."""
    if sys.platform != "linux":
        return None
    for parent, files in parents():
        _sweep(parent)
        folder = parent / f"{_NAME}-{os.getpid()}-{secrets.token_hex(6)}"
        try:
            folder.mkdir()
        except OSError:
            continue
        group = Group(folder, files)
        most = str(int(memory_mb * _ABOVE + _ABOVE_MB) * _MIB)
        if _write(folder / files.limit, most):
            _write(folder / files.swap, "0" if files is _SECOND else most)
            return group
        group.close()
    return None


def _sweep(parent: Path) -> None:
    """Remove the groups of graders that were killed; one that still holds something stays."""
    for folder in parent.glob(f"{_NAME}-*"):
        with contextlib.suppress(OSError, ValueError):
            owner = int(folder.name.removeprefix(f"{_NAME}-").partition("-")[0])
            if time.time() - folder.stat().st_ctime > _FORGOTTEN_S and not psutil.pid_exists(owner):
                folder.rmdir()


def parents() -> list[tuple[Path, _Files]]:
    """Where a group may be made: below our own, or in the second version beside it.

    A group of the second version that holds processes passes no controller on.
    """
    found = []
    for controller, own in own_groups().items():
        if controller == "memory":
            found.append((ROOT / "memory" / own, _FIRST))
        elif not controller:
            places = [ROOT / own, (ROOT / own).parent]
            found += [(place, _SECOND) for place in places if _passes_memory_on(place)]
    return found


def own_groups() -> dict[str, str]:
    """The group we are in, by controller, as a path below its root; "" is the second version."""
    found = dict[str, str]()
    with contextlib.suppress(OSError):
        for line in OWN.read_text().splitlines():
            _, controllers, path = line.split(":", 2)
            found |= dict.fromkeys(controllers.split(","), path.strip("/"))
    return found


def _passes_memory_on(group: Path) -> bool:
    with contextlib.suppress(OSError):
        return "memory" in (group / "cgroup.subtree_control").read_text().split()
    return False


def _write(path: Path, text: str) -> bool:
    """Write to a file of the kernel's, which must be there already."""
    try:
        descriptor = os.open(path, os.O_WRONLY)
        try:
            os.write(descriptor, text.encode())
        finally:
            os.close(descriptor)
    except OSError:
        return False
    return True
