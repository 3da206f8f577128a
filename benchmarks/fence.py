"""A program together with everything that it starts, however far that has gone from it.

Theory of operation. On Linux, where a control group of the first version may be made, the program
starts in one of its own: what it starts is a member, also what no longer has it as an ancestor, and
the kernel counts the CPU time of all of them. Elsewhere whoever descends from it is noted several
times a second, and the CPU time is that of the children we waited for.
"""

import contextlib
import os
import resource
import secrets
import subprocess
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

from grader.sandbox import cgroup

GROUPS = Path("/sys/fs/cgroup/cpuacct")
_JOIN = 'echo $$ > "$0" && exec "$@"'
_LOOK_S = 0.1


class Fence:
    """Starts one program at a time; a context manager that kills what is left of it."""

    def __init__(self) -> None:
        self._group: Path | None = GROUPS / f"benchmark-{secrets.token_hex(6)}"
        try:
            self._group.mkdir()
        except OSError:
            self._group = None
        self._seen: dict[int, psutil.Process] = {}
        self._before_s = _children_s()

    def start(self, command: list[str], **options: object) -> "subprocess.Popen[str]":
        """Start ``command``; ``options`` are those of Popen."""
        if self._group is not None:
            command = ["sh", "-c", _JOIN, str(self._group / "cgroup.procs"), *command]
        process = subprocess.Popen(command, text=True, **options)  # type: ignore[call-overload]
        if self._group is None:
            threading.Thread(target=self._follow, args=(process.pid,), daemon=True).start()
        return process

    def _follow(self, pid: int) -> None:
        with contextlib.suppress(psutil.NoSuchProcess):
            top = psutil.Process(pid)
            self._seen[pid] = top
            while top.is_running():
                self._seen |= {one.pid: one for one in top.children(recursive=True)}
                time.sleep(_LOOK_S)

    @property
    def usage(self) -> Path | None:
        """The file that counts nanoseconds of CPU time, where there is one."""
        return None if self._group is None else self._group / "cpuacct.usage"

    def members(self) -> list[psutil.Process]:
        """What is alive of it."""
        if self._group is None:
            return [one for one in list(self._seen.values()) if _lives(one)]
        found = []
        for pid in (self._group / "cgroup.procs").read_text().split():
            with contextlib.suppress(psutil.NoSuchProcess):
                found.append(psutil.Process(int(pid)))
        return [one for one in found if _lives(one)]

    def cpu_s(self) -> float:
        """CPU seconds of everything so far; without a control group, of what has ended."""
        if self._group is None:
            return _children_s() - self._before_s
        return int((self._group / "cpuacct.usage").read_text()) / 1e9

    def gone_s(self, within_s: float) -> float | None:
        """Wait until nothing of it is alive; return how long that took, ``None`` if longer."""
        began_s = time.monotonic()
        while self.members():
            if time.monotonic() - began_s > within_s:
                return None
            time.sleep(_LOOK_S / 2)
        return time.monotonic() - began_s

    def close(self) -> None:
        """Kill what is left."""
        deadline = time.monotonic() + 5
        while (left := self.members()) and time.monotonic() < deadline:
            for one in left:
                with contextlib.suppress(psutil.NoSuchProcess):
                    one.kill()
            time.sleep(_LOOK_S)
        if self._group is not None:
            with contextlib.suppress(OSError):
                self._group.rmdir()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _lives(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def control_groups() -> set[Path]:
    """The groups that the grader made below our own and that hold nothing any more."""
    found = {one for parent, _ in cgroup.parents() for one in parent.glob("lab-grader-*")}
    return {one for one in found if not (one / "cgroup.procs").read_text()}


def kept_groups() -> int:
    """How many memory control groups the kernel knows, also removed ones that it still keeps.

    It keeps one for as long as the page cache holds something that was charged to it. Counted for
    the whole machine; 0 where the kernel does not say.
    """
    with contextlib.suppress(OSError):
        for line in Path("/proc/cgroups").read_text().splitlines():
            controller, hierarchy, count, _ = line.split("\t")
            if controller == "memory" and hierarchy != "0":
                return int(count)
        for line in (cgroup.ROOT / "cgroup.stat").read_text().splitlines():
            if line.startswith("nr_dying_descendants "):
                return int(line.split()[1])
    return 0


def leftovers(folder: Path) -> list[str]:
    """What lies in a folder for temporary files."""
    return sorted(os.listdir(folder)) if folder.is_dir() else []
