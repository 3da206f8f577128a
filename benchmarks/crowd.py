"""Does a large class cost more than a small one? Tiny submissions by the thousand, really graded.

    python -m benchmarks.crowd                      # a thousand; half an hour or less
    python -m benchmarks.crowd --submissions 40

Each prints one line, in a sandbox; every tenth does not parse and so is not run. While ``grader
batch`` works, its own process is looked at four times a second: resident memory, descriptors, how
many results are there; now and then also the processes it started that live from the first hundred
results to the last, which grade and from which runs are copied. Then: does any process live on that
it started, is anything left in the folder for temporary files (its own, by TMPDIR), are control
groups left? The pace is the median of the seconds per result over ten results each, among the first
hundred and among the last. Right after, a fresh grader grades a hundred of them: where it is as
slow as the last hundred were, the machine has become slower, and not the grader. At the end
``grader regrade`` judges all of them again: by the same rubric, and by one with other points, where
every grade and every report is written anew. The evidence of programs that train nothing is small.
Exits 1 where an aim is missed.
"""

import argparse
import contextlib
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil
import yaml

from benchmarks.classroom import ROOT, batch_command, environment, table, timed
from benchmarks.fence import Fence, control_groups, kept_groups, leftovers

_LOOK_S = 0.25
_AFTER_S = 10.0
_STRETCH = 10
_SELDOM = 40
_MIB = 1024 * 1024
_BUSY = 8
"""What a worker that just begins a run holds more than one that waits."""
GROWTH_MB, PACE, REGRADE_S = 20.0, 0.05, 5.0
"""The aims."""


@dataclass(frozen=True)
class Look:
    """The grader's own process at one moment, and in some looks memory (MB) and descriptors of
    those that it started, by process id.
    """

    results: int
    rss_mb: float
    descriptors: int
    others: Mapping[int, tuple[float, int]]


@dataclass(frozen=True)
class Graded:
    """A class graded once, and what was left of it."""

    wall_s: float
    looks: list[Look]
    alive: list[str]
    temporary: list[str]
    groups: int
    kept: int


def write_crowd(folder: Path, count: int) -> None:
    """Write submissions of almost no work."""
    folder.mkdir()
    for number in range(1, count + 1):
        source = "def (\n" if number % 10 == 0 else f"print({number})\n"
        (folder / f"s{number:04d}.py").write_text(source)


def results_in(out: Path) -> list[Path]:
    """The folders of results that are there."""
    return list(out.glob("s[0-9]*"))


def look_at(process: psutil.Process, out: Path, started: list[psutil.Process]) -> Look:
    """Look at the grader's own process once. Raises NoSuchProcess when it has ended."""
    others = {}
    for one in started:
        with contextlib.suppress(psutil.Error):
            others[one.pid] = one.memory_info().rss / _MIB, one.num_fds()
    with process.oneshot():
        rss_mb = process.memory_info().rss / _MIB
    return Look(len(results_in(out)), rss_mb, process.num_fds(), others)


def grade(folder: Path, out: Path, temporary: Path, isolation: str | None) -> Graded:
    """Grade the class, and watch. Exits if that fails."""
    temporary.mkdir()
    before, kept = control_groups(), kept_groups()
    more = ["--isolation", isolation] if isolation is not None else []
    command = batch_command("lab1", folder, out, True, *more)
    looks = []
    with Fence() as fence, tempfile.TemporaryFile("w+") as said:
        began_s = time.monotonic()
        process = fence.start(
            command, cwd=ROOT, env=environment(TMPDIR=str(temporary)), stdout=said, stderr=said
        )
        parent = psutil.Process(process.pid)
        while process.poll() is None:
            try:
                started = [] if len(looks) % _SELDOM else fence.members()
                looks.append(look_at(parent, out, started))
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                break
            time.sleep(_LOOK_S)
        code = process.wait()
        wall_s = time.monotonic() - began_s
        if code:
            said.seek(0)
            sys.exit(f"the batch failed: {said.read()[-2000:]}")
        fence.gone_s(_AFTER_S)
        alive = [" ".join(one.cmdline())[:120] for one in fence.members()]
    left = len(control_groups() - before)
    return Graded(wall_s, looks, alive, leftovers(temporary), left, kept_groups() - kept)


def pace_s(out: Path, first: int, last: int) -> float:
    """Seconds per result among the results from ``first`` to ``last``, in order of time."""
    times = sorted((one / "grade.json").stat().st_mtime for one in results_in(out))[first:last]
    step = min(_STRETCH, len(times) - 1)
    pairs = zip(times, times[step:], strict=False)
    return statistics.median((later - earlier) / step for earlier, later in pairs)


def rows(
    graded: Graded, out: Path, count: int, fresh_s: float, regrade_s: float
) -> Iterator[tuple[object, ...]]:
    """What was seen, the aim, and whether it is reached (``None`` where there is none)."""
    part = part_of(count)
    early = next(one for one in graded.looks if one.results >= part)
    late = [one for one in graded.looks if one.results < count][-1]
    peak_mb = max(one.rss_mb for one in graded.looks)
    growth_mb = late.rss_mb - early.rss_mb
    first_s, last_s = pace_s(out, 0, part), pace_s(out, count - part, count)
    yield "results", len(results_in(out)), count, len(results_in(out)) == count
    yield "wall s", f"{graded.wall_s:.1f}", "", None
    yield "results an hour", f"{3600 * count / graded.wall_s:.0f}", "", None
    yield f"memory at result {early.results}, MB", f"{early.rss_mb:.1f}", "", None
    grown = growth_mb <= GROWTH_MB
    yield f"more at result {late.results}, MB", f"{growth_mb:.1f}", f"≤ {GROWTH_MB:g}", grown
    yield "most at any time (the class page included), MB", f"{peak_mb:.1f}", "", None
    same = late.descriptors <= early.descriptors
    descriptors = f"{early.descriptors}, {late.descriptors}"
    yield f"descriptors at results {early.results} and {late.results}", descriptors, "same", same
    yield from others_rows(graded.looks, part)
    alive = len(graded.alive)
    yield f"processes alive {_AFTER_S:g} s after the end", alive, 0, alive == 0
    yield "temporary files left", len(graded.temporary), 0, not graded.temporary
    yield "control groups left", graded.groups, 0, graded.groups == 0
    yield "removed control groups that the kernel still keeps", graded.kept, "", None
    yield f"a result, first {part}, s", f"{first_s:.3f}", "", None
    yield f"a result, last {part}, s", f"{last_s:.3f}", "", None
    if count >= 300:
        paces = [f"{pace_s(out, at, at + 100):.3f}" for at in range(0, count - 99, 100)]
        yield "a result, each hundred, s", ", ".join(paces), "", None
    yield f"a result of a fresh grader right after, {part}, s", f"{fresh_s:.3f}", "", None
    slower = last_s / first_s - 1
    yield "slower by", f"{100 * slower:.1f} %", f"≤ {100 * PACE:g} %", slower <= PACE
    yield "regrade s", f"{regrade_s:.2f}", f"< {REGRADE_S:g}", regrade_s < REGRADE_S


def part_of(count: int) -> int:
    """How many results are the first ones, or the last."""
    return min(100, count // 3)


def others_rows(looks: list[Look], part: int) -> Iterator[tuple[object, ...]]:
    """What those processes hold more at the end that live from the first hundred on."""
    known = [one for one in looks if one.others and one.results >= part]
    if len(known) < 2:
        return
    first, last = known[0], known[-1]
    both = sorted(first.others.keys() & last.others.keys())
    grown_mb = sum(last.others[pid][0] - first.others[pid][0] for pid in both)
    more = sum(last.others[pid][1] - first.others[pid][1] for pid in both)
    span = f"from result {first.results} to {last.results}"
    yield f"more in {len(both)} other processes {span}, MB", f"{grown_mb:.1f}", "", None
    yield f"more descriptors in them {span}", more, f"≤ {_BUSY}", more <= _BUSY


def other_points(rubric: Path, place: Path) -> Path:
    """Write the rubric with other points for its first criterion; return the file."""
    rules = yaml.safe_load(rubric.read_text())
    rules["criteria"][0]["points"] += 1
    place.write_text(yaml.safe_dump(rules))
    return place


def main() -> int:
    """Measure and print a Markdown table; 1 where an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--submissions", type=int, default=1000)
    parser.add_argument("--isolation", help="a level, as of grader batch")
    given = parser.parse_args()
    count = given.submissions
    with tempfile.TemporaryDirectory() as name:
        folder, out = Path(name, "class"), Path(name, "results")
        write_crowd(folder, count)
        graded = grade(folder, out, Path(name, "temporary"), given.isolation)
        part, fresh = part_of(count), Path(name, "fresh")
        write_crowd(fresh, part)
        grade(fresh, Path(name, "of fresh"), Path(name, "other"), given.isolation)
        fresh_s = pace_s(Path(name, "of fresh"), 0, part)
        command = [sys.executable, "-m", "grader", "regrade", str(out)]
        regrade_s, _ = timed(command)
        found = list(rows(graded, out, count, fresh_s, regrade_s))  # before all is written anew
        rubric = other_points(ROOT / "rubrics" / "lab1.yaml", Path(name, "lab1.yaml"))
        rewrite_s, _ = timed([*command, "--rubric", str(rubric)])
        found.append(("regrade by a rubric with other points, s", f"{rewrite_s:.2f}", "", None))
    print(f"{count} tiny submissions of lab 1, every tenth does not parse\n")
    words = {True: "yes", False: "NO", None: ""}
    print(table(("what", "seen", "aim", "reached"), [(*row[:3], words[row[3]]) for row in found]))
    for line in [*graded.alive, *graded.temporary]:
        print(f"- left: {line}")
    return int(any(row[3] is False for row in found))


if __name__ == "__main__":
    sys.exit(main())
