"""A class whose grader is killed again and again ends as one that nobody disturbed.

    python -m benchmarks.kills                                    # 20 kills, minutes
    python -m benchmarks.kills --kills 3 --submissions 6 --seed 1

Tiny practice submissions of a few seconds, scripts and notebooks. First a run that nobody disturbs;
then ``grader batch`` gets ``kill -9`` at random moments, and the same command is given again until
the class is done: after every second kill at once, after the others when nothing of it is alive.
Where a class is done before all kills were, another begins. Checked: the results (grade.json and
evidence.json but for times and memory) are those of the undisturbed run; nothing that was committed
is written again (inodes and times of its folder and files); nothing survives a kill; what is left
in the folder for temporary files. Exits 1 where one of the first three is not so.
"""

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from benchmarks.classroom import ROOT, batch_command, environment, table, tiny_source
from benchmarks.fence import Fence, control_groups, leftovers
from benchmarks.repeats import MACHINE, as_notebook

GONE_S = 30.0
"""How long what the killed grader had begun may take to end."""
FILES = ("evidence.json", "grade.json")
EAGER = 0.9
"""Moments are drawn a little too early, so that a class seldom ends before all kills."""
Marks = dict[str, tuple[int, ...]]


@dataclass
class Findings:
    """What was seen over all kills."""

    kills: int = 0
    classes: int = 0
    moments: list[str] = field(default_factory=list)
    gone_s: list[float | None] = field(default_factory=list)
    rewritten: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)
    temporary: list[int] = field(default_factory=list)
    half_written: int = 0


@dataclass(frozen=True)
class Place:
    """The class, where its temporary files go, and what an undisturbed run took."""

    folder: Path
    temporary: Path
    count: int
    whole_s: float = 0.0
    first_s: float = 0.0


def write_class(folder: Path, count: int) -> None:
    """Write tiny submissions; every third is a notebook, every seventh crashes at its end."""
    folder.mkdir()
    for number in range(1, count + 1):
        path = folder / f"s{number:03d}.py"
        path.write_text(tiny_source(number) + "raise ValueError\n" * (number % 7 == 0))
        if number % 3 == 0:
            as_notebook(path, path.with_suffix(".ipynb"))
            path.unlink()


def begin(place: Place, out: Path, fence: Fence) -> "subprocess.Popen[str]":
    """Give the command."""
    return fence.start(
        batch_command("lab1", place.folder, out, True),
        cwd=ROOT,
        env=environment(TMPDIR=str(place.temporary)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def marks(out: Path) -> Marks:
    """What tells whether a committed result was touched."""
    found = {}
    for folder in sorted(out.glob("s[0-9]*")):
        facts = [path.stat() for path in (folder, *(folder / name for name in FILES))]
        found[folder.name] = tuple(n for one in facts for n in (one.st_ino, one.st_mtime_ns))
    return found


def documents(out: Path) -> dict[str, Any]:
    """All results but for what the machine decides."""
    return {
        f"{folder.name}/{name}": _without_times(json.loads((folder / name).read_text()))
        for folder in sorted(out.glob("s[0-9]*"))
        for name in FILES
    }


def _without_times(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_times(one) for key, one in value.items() if key not in MACHINE}
    return [_without_times(one) for one in value] if isinstance(value, list) else value


def undisturbed(place: Place, out: Path) -> Place:
    """Grade the class once; return the place with the seconds that took. Exits if it fails."""
    with Fence() as fence:
        began_s, wall_s = time.time(), time.monotonic()
        if code := begin(place, out, fence).wait():
            sys.exit(f"the undisturbed batch ended with {code}")
        wall_s = time.monotonic() - wall_s
    first_s = min((folder / FILES[0]).stat().st_mtime for folder in out.glob("s[0-9]*")) - began_s
    return Place(place.folder, place.temporary, place.count, wall_s, first_s)


def moment_s(place: Place, committed: int, kills_left: int, luck: random.Random) -> float:
    """When to kill next, so that the kills that are left spread over the work that is left."""
    work_s = (place.whole_s - place.first_s) * (place.count - committed) / place.count
    return luck.uniform(0, 2 * EAGER * (work_s / kills_left + place.first_s))


class Killing:
    """One class that is killed until enough kills were made, and then let be."""

    def __init__(self, place: Place, out: Path, luck: random.Random, found: Findings) -> None:
        self.place, self.out, self.luck, self.found = place, out, luck, found
        self._pool = ThreadPoolExecutor(64)
        self._waiting: list[Future[float | None]] = []

    def run(self, kills: int) -> Place:
        """Begin until the class is done; at most so many kills in all.

        Returns the place, with what an undisturbed run took where this was one.
        """
        self.found.classes += 1
        known: Marks = {}
        while True:
            done = self._once(kills, len(known))
            now = marks(self.out)
            touched = [name for name, mark in known.items() if now.get(name) != mark]
            self.found.rewritten += touched
            known = now
            if done:
                break
        self.found.gone_s += [one.result() for one in self._waiting]
        self._pool.shutdown()
        self.found.half_written += len(list(self.out.glob(".s[0-9]*")))
        return self.place

    def _once(self, kills: int, committed: int) -> bool:
        """Give the command once; say whether it came to its end."""
        fence = Fence()
        process = begin(self.place, self.out, fence)
        left = kills - self.found.kills
        wait_s = moment_s(self.place, committed, left, self.luck) if left > 0 else None
        began_s = time.monotonic()
        try:
            code = process.wait(wait_s)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            self._killed(fence, wait_s or 0.0)
            return False
        fence.close()
        if code:
            sys.exit(f"a batch ended with {code}")
        if not committed:  # nobody disturbed it: the machine is faster now than it was
            self.place = replace(self.place, whole_s=time.monotonic() - began_s)
        return True

    def _killed(self, fence: Fence, after_s: float) -> None:
        self.found.kills += 1
        self.found.moments.append(f"{after_s:.1f} s ({len(marks(self.out))})")
        print(f"kill {self.found.kills} after {self.found.moments[-1]}", file=sys.stderr)
        gone = self._pool.submit(self._see_off, fence)
        self._waiting.append(gone)
        if self.found.kills % 2:
            gone.result()
            self.found.temporary.append(len(leftovers(self.place.temporary)))

    def _see_off(self, fence: Fence) -> float | None:
        gone_s = fence.gone_s(GONE_S)
        for one in fence.members():
            print(f"- survived a kill: {' '.join(one.cmdline())[:150]}")
        fence.close()
        return gone_s


def report(found: Findings, place: Place, groups: int) -> int:
    """Print what was seen; return how many aims were missed."""
    gone = [one for one in found.gone_s if one is not None]
    alive = len(found.gone_s) - len(gone)
    longest = f"{max(gone):.1f}" if gone else "-"
    left = leftovers(place.temporary)
    print(
        table(
            ("what", "seen", "aim"),
            [
                ("kills, over how many classes", f"{found.kills}, {found.classes}", ""),
                ("files that differ from the undisturbed run", len(found.differing), 0),
                ("committed results written again", len(found.rewritten), 0),
                (f"kills with a process alive {GONE_S:g} s later", alive, 0),
                ("longest until nothing was alive, s", longest, ""),
                ("temporary entries after each kill", found.temporary or "-", ""),
                ("temporary entries at the end", len(left), 0),
                ("half-written results beside the others at the end", found.half_written, 0),
                ("empty control groups left", groups, 0),
            ],
        )
    )
    print(f"\nkilled after (results there): {', '.join(found.moments)}")
    for line in [*found.differing, *left]:
        print(f"- {line}")
    return len(found.differing) + len(found.rewritten) + alive


def main() -> int:
    """Run, kill, compare; 1 where an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--submissions", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    found, luck, before = Findings(), random.Random(given.seed), control_groups()
    with tempfile.TemporaryDirectory() as name:
        place = Place(Path(name, "class"), Path(name, "temporary"), given.submissions)
        write_class(place.folder, given.submissions)
        place.temporary.mkdir()
        place = undisturbed(place, Path(name, "undisturbed"))
        wanted = documents(Path(name, "undisturbed"))
        print(f"{given.submissions} submissions, undisturbed {place.whole_s:.1f} s\n", flush=True)
        while found.kills < given.kills:
            out = Path(name, f"killed-{found.classes}")
            place = Killing(place, out, luck, found).run(given.kills)
            now = documents(out)
            named = sorted(wanted.keys() | now.keys())
            found.differing += [one for one in named if wanted.get(one) != now.get(one)]
        return int(report(found, place, len(control_groups() - before)) > 0)


if __name__ == "__main__":
    sys.exit(main())
