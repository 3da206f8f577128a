"""How many runs the machine's memory holds, from what one is known to take and what was seen."""

import contextlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import psutil

from grader.sandbox.cgroup import own_groups

_MIB = 1024 * 1024
MEASURING_MB = 700
"""What the grader may take beside a run, the process that measures and the one that watches: an
estimate, and no measurement."""
KEPT_SHARE, KEPT_MB = 0.05, 500
"""What is left to everybody else on the machine, of its memory and at least."""
REMEMBERED = 200
MANY = 0.9
"""So large a share of the runs seen must fit; a rare larger one is caught by the look at what is
free."""
GROUPS = {
    "": (Path("/sys/fs/cgroup"), "memory.max"),
    "memory": (Path("/sys/fs/cgroup/memory"), "memory.limit_in_bytes"),
}
"""Where control groups are, of version 2 and 1, and the file that holds a limit in bytes."""


class Memory:
    """Decides whether there is room for one more run of a class; in MiB.

    ``expected_mb`` is what a run takes before any was seen, the reference's own.
    """

    def __init__(self, expected_mb: float, total_mb: float | None = None) -> None:
        self._expected_mb = expected_mb
        self._seen_mb: list[float] = []
        self.total_mb = _usable_mb() if total_mb is None else total_mb

    def observe(self, peak_mb: float) -> None:
        """Learn what a run took at its highest."""
        self._seen_mb = [*self._seen_mb[1 - REMEMBERED :], peak_mb]

    @property
    def each_mb(self) -> float:
        """What one run is expected to take, with what measures it."""
        seen = sorted(self._seen_mb)
        usual = seen[round(MANY * (len(seen) - 1))] if seen else 0.0
        return max(self._expected_mb, usual) + MEASURING_MB

    def runs(self) -> int:
        """How many runs fit beside each other."""
        return max(1, int(self.total_mb / self.each_mb))

    def room(self, running: int) -> bool:
        """Whether another can begin beside ``running`` ones; alone one always can."""
        if running == 0:
            return True
        return running < self.runs() and free_mb() >= self.each_mb


def peak_mb(files: Mapping[str, bytes]) -> float:
    """What the run of a result took at its highest, by the files of the result."""
    return float(json.loads(files["grade.json"])["run"]["peak_rss_mb"])


def free_mb() -> float:
    """What the machine can give now without taking it from anybody."""
    return float(psutil.virtual_memory().available) / _MIB


def _limits() -> Iterator[Path]:
    """The files that may limit our memory: of the control groups we are in, and those above."""
    own = own_groups()
    for kind, (root, name) in GROUPS.items():
        group = root / own.get(kind, "")
        above = (folder for folder in group.parents if folder.is_relative_to(root))
        yield from (folder / name for folder in (group, *above))


def _usable_mb() -> float:
    """What a class may use: what is free now, or what the container we are in allows."""
    whole = [float(psutil.virtual_memory().total) / _MIB]
    for path in _limits():
        with contextlib.suppress(OSError, ValueError):
            whole.append(int(path.read_text()) / _MIB)
    kept = max(KEPT_MB, KEPT_SHARE * min(whole))
    return min(free_mb(), *whole) - kept
