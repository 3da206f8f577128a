"""How many runs the machine's memory holds, from what one is known to take and what was seen."""

import contextlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

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


class Version(NamedTuple):
    """Of a version of control groups: where they are, and the files that hold bytes.

    ``idle`` is the figure in ``memory.stat`` of files that are kept in memory and can be let go.
    """

    root: Path
    limit: str
    used: str
    idle: str


GROUPS = {
    "": Version(Path("/sys/fs/cgroup"), "memory.max", "memory.current", "inactive_file"),
    "memory": Version(
        Path("/sys/fs/cgroup/memory"),
        "memory.limit_in_bytes",
        "memory.usage_in_bytes",
        "total_inactive_file",
    ),
}
"""By the name of the controller that a group is found by."""


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
    """What the machine, or the container we are in, can give now without taking it from anybody."""
    whole = [float(psutil.virtual_memory().available)]
    for folder, version in _groups():
        with contextlib.suppress(OSError, ValueError):
            used = int((folder / version.used).read_text()) - _idle(folder, version)
            whole.append(int((folder / version.limit).read_text()) - used)
    return min(whole) / _MIB


def _idle(folder: Path, version: Version) -> int:
    stat = dict(line.split() for line in (folder / "memory.stat").read_text().splitlines())
    return int(stat.get(version.idle, 0))


def _groups() -> Iterator[tuple[Path, Version]]:
    """The control groups we are in, and those above: each may limit our memory."""
    own = own_groups()
    for kind, version in GROUPS.items():
        group = version.root / own.get(kind, "")
        above = (folder for folder in group.parents if folder.is_relative_to(version.root))
        yield from ((folder, version) for folder in (group, *above))


def _usable_mb() -> float:
    """What a class may use: what is free now, or what the container we are in allows."""
    whole = [float(psutil.virtual_memory().total) / _MIB]
    for folder, version in _groups():
        with contextlib.suppress(OSError, ValueError):
            whole.append(int((folder / version.limit).read_text()) / _MIB)
    kept = max(KEPT_MB, KEPT_SHARE * min(whole))
    return min(free_mb(), *whole) - kept
