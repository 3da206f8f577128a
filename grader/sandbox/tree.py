"""Finds, measures and kills everything a process started.

Theory of operation. A tree is walked from its root and from every member seen before, so a
daemon that has been reparented stays a member. On Linux the walk reads ``/proc/PID/stat`` and the
``children`` lists only, some twenty times cheaper than a scan of all processes; elsewhere psutil
scans. Members are remembered with their start time: a reused process id is a stranger. What
hides from the walk (a double fork between two samples) is found by ``mark``, an entry that every
descendant inherits in its environment. At level 3 the death of the sandbox's first process is
what guarantees the end of the others; the walk only measures.
"""

import contextlib
import os
import signal
import sys
import time
from dataclasses import dataclass

import psutil

_MIB = 1024 * 1024
_DEAD = (b"Z", b"X")
_KILL = getattr(signal, "SIGKILL", signal.SIGTERM)


@dataclass(frozen=True)
class Member:
    """One living process of a tree. ``started`` tells it from a later one with the same id.

    ``thread`` is one that lives: the first may have ended before the others.
    """

    pid: int
    started: float
    rss: int
    cpu_s: float
    children: tuple[int, ...]
    depth: int
    thread: int


@dataclass(frozen=True)
class Usage:
    """What a tree uses now, shared pages counted once per process.

    ``inner_pid`` is a member at least two levels below the root, and of those the one that was
    there first: the first process inside a sandbox.
    """

    rss_mb: float
    cpu_s: float
    pids: tuple[int, ...]
    inner_pid: int | None


class Tree:
    """The processes below ``root``, itself included. ``mark`` is a ``NAME=value`` they inherit.

    A root that is not ``counted`` is none of them: neither measured nor killed.
    """

    def __init__(self, root: int, mark: str | None = None, *, counted: bool = True) -> None:
        self._root, self._mark, self._counted = root, mark, counted
        self._known: dict[int, float] = {}

    def members(self) -> list[Member]:
        """Walk the tree and remember who was met."""
        found: dict[int, Member] = {}
        for start, depth in ((self._root, 0), *((pid, 1) for pid in self._known)):
            self._walk(start, depth, found)
        if not self._counted:
            found.pop(self._root, None)
        self._known = {pid: member.started for pid, member in found.items()}
        return list(found.values())

    def _walk(self, start: int, depth: int, found: dict[int, Member]) -> None:
        queue = [(start, depth)]
        while queue:
            pid, depth = queue.pop()
            member = None if pid in found else _look(pid, depth)
            if member and self._known.get(pid, member.started) == member.started:
                found[pid] = member
                queue += [(child, depth + 1) for child in member.children]

    def usage(self) -> Usage:
        """Sum what the members use. CPU time includes children already waited for."""
        members = self.members()
        inside = [member for member in members if member.depth >= 2]
        inner = [one.pid for one in sorted(inside, key=lambda one: (one.depth, one.started))]
        return Usage(
            rss_mb=sum(member.rss for member in members) / _MIB,
            cpu_s=sum(member.cpu_s for member in members),
            pids=tuple(member.thread for member in members),
            inner_pid=inner[0] if inner else None,
        )

    def ask(self, number: int) -> bool:
        """Send a signal to the first member that has a handler for it; ``False`` if none has."""
        for member in sorted(self.members(), key=lambda one: one.depth):
            if _handles(member.pid, number):
                with contextlib.suppress(OSError):
                    os.kill(member.pid, number)
                    return True
        return False

    def kill(self, within_s: float = 5.0) -> bool:
        """Kill every member, again until none is left; ``False`` if some outlive ``within_s``."""
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            if sys.platform != "win32" and self._counted:
                with contextlib.suppress(OSError):
                    os.killpg(self._root, _KILL)
            living = {member.pid for member in self.members()} or self._marked()
            if not living:
                return True
            for pid in living:
                with contextlib.suppress(OSError):
                    os.kill(pid, _KILL)
            time.sleep(0.005)
        return False

    def _marked(self) -> set[int]:
        """Find living processes outside the walk that carry the mark in their environment."""
        if self._mark is None:
            return set()
        search = _marked_linux if sys.platform == "linux" else _marked_psutil
        return search(self._mark)


def _marked_linux(mark: str) -> set[int]:
    """Read every readable ``/proc/PID/environ``; that of a zombie is empty."""
    pids = set()
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            if mark.encode() in _read(f"/proc/{pid}/environ").split(b"\0"):
                pids.add(int(pid))
    return pids


def _handles(pid: int, number: int) -> bool:
    """Whether a process has a handler of its own for a signal (``SigCgt`` in proc(5))."""
    with contextlib.suppress(OSError, IndexError, ValueError):
        caught = _read(f"/proc/{pid}/status").split(b"SigCgt:")[1].split()[0]
        return bool(int(caught, 16) >> (number - 1) & 1)
    return False


def _marked_psutil(mark: str) -> set[int]:
    name, value = mark.split("=", 1)
    pids = set()
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            dead = process.status() == psutil.STATUS_ZOMBIE
            if not dead and process.environ().get(name) == value:
                pids.add(process.pid)
    return pids


def _look(pid: int, depth: int) -> Member | None:
    """Measure one process; ``None`` if it is gone, a zombie or out of sight."""
    with contextlib.suppress(OSError, ValueError, IndexError, psutil.Error):
        return _look_linux(pid, depth) if sys.platform == "linux" else _look_psutil(pid, depth)
    return None


def _look_linux(pid: int, depth: int) -> Member | None:
    """Read ``/proc/PID/stat`` (fields counted from 0 after the name; proc(5))."""
    fields = _stat(f"/proc/{pid}")
    living, started = pid, float(fields[19])
    if fields[0] in _DEAD:
        others = [] if fields[17] == b"1" else sorted(map(int, os.listdir(f"/proc/{pid}/task")))
        found = [(tid, _stat(f"/proc/{pid}/task/{tid}")) for tid in others if tid != pid]
        left = [(tid, stat) for tid, stat in found if stat[0] not in _DEAD]
        if not left:
            return None
        living, fields = left[0]
    ticks = sum(int(field) for field in fields[11:15])
    threads = [str(pid)] if fields[17] == b"1" else os.listdir(f"/proc/{pid}/task")
    children: list[int] = []
    for thread in threads:
        with contextlib.suppress(OSError):
            children += map(int, _read(f"/proc/{pid}/task/{thread}/children").split())
    return Member(
        pid=pid,
        started=started,
        rss=int(fields[21]) * os.sysconf("SC_PAGE_SIZE"),
        cpu_s=ticks / os.sysconf("SC_CLK_TCK"),
        children=tuple(children),
        depth=depth,
        thread=living,
    )


def _stat(folder: str) -> list[bytes]:
    return _read(f"{folder}/stat").rpartition(b")")[2].split()


def _read(path: str) -> bytes:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return os.read(descriptor, 65536)
    finally:
        os.close(descriptor)


def _look_psutil(pid: int, depth: int) -> Member | None:
    process = psutil.Process(pid)
    with process.oneshot():
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        times = process.cpu_times()
        return Member(
            pid=pid,
            started=process.create_time(),
            rss=process.memory_info().rss,
            cpu_s=times.user + times.system,
            children=tuple(child.pid for child in process.children()),
            depth=depth,
            thread=pid,
        )
