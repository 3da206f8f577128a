"""What isolation costs: grading at levels 3 and 2 against level 0, and how soon each level starts.

    python -m benchmarks.levels lab1 --pairs 10      # minutes a pair; nothing else should run
    python -m benchmarks.levels --starts 20

Both runs of a pair go at the same time, one core and one torch thread each, and change cores from
pair to pair: what the machine does to one it does to the other. The bound is that of a one-sided
95 % interval for the mean of log(wall at the level / wall at level 0), by Student's t.
"""

import argparse
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from grader.discovery import find_submission
from grader.model.run import Limits, Outcome
from grader.pipeline import Request, examine, prepare
from grader.sandbox.choose import BACKENDS, WARM, Chosen, isolation_of
from grader.sandbox.interface import Backend, Job
from grader.sandbox.warm.templates import Templates

T_95 = {5: 2.132, 6: 2.015, 8: 1.895, 10: 1.833, 12: 1.796, 15: 1.761, 20: 1.729, 30: 1.699}
"""One-sided 95 % quantiles of Student's t for that many pairs."""
PROGRAMS = {"nothing": "pass", "import torch": "import torch"}


def backend_of(level: int) -> Backend:
    """The backend of exactly this level."""
    return next(one for one in BACKENDS if one.level == level)


def grade(slug: str, level: int, practice: bool) -> None:
    """Grade the reference once at one level and print the wall time in seconds."""
    setup = prepare(Request(slug, practice=practice, device="cpu", threads=1, reruns=0))
    backend = backend_of(level)
    setup = replace(setup, chosen=Chosen(backend, isolation_of(backend)))
    reference = setup.course.reference(setup.assignment)
    began_s = time.monotonic()
    examined = examine(find_submission(reference), setup)
    wall_s = time.monotonic() - began_s
    if examined.evidence.measurements is None:
        sys.exit(f"level {level}: {examined.evidence.gap}")
    print(wall_s)


def pair(slug: str, level: int, practice: bool, swap: bool) -> tuple[float, float]:
    """Grade at ``level`` and at level 0 at the same time; return both wall times in seconds."""
    cores = sorted(os.sched_getaffinity(0))[:2]
    running = {}
    for one, core in zip((level, 0), reversed(cores) if swap else cores, strict=True):
        command = [sys.executable, "-m", "benchmarks.levels", slug, "--grade", str(one)]
        command += ["--practice"] if practice else []
        running[one] = subprocess.Popen(
            ["taskset", "--cpu-list", str(core), *command], stdout=subprocess.PIPE, text=True
        )
    said = {one: process.communicate()[0] for one, process in running.items()}
    if any(process.returncode for process in running.values()):
        sys.exit("a run failed")
    return float(said[level]), float(said[0])


def compare(slug: str, pairs: int, practice: bool) -> None:
    """Print every pair and, per level, the mean ratio with its upper bound."""
    if pairs not in T_95:
        sys.exit(f"give --pairs one of {', '.join(map(str, T_95))}")
    print("| level | pair | at the level, s | at level 0, s | ratio |\n|" + " --- |" * 5)
    logs: dict[int, list[float]] = {3: [], 2: []}
    for number in range(pairs):
        for level, known in logs.items():
            walled, plain = pair(slug, level, practice, number % 2 == 1)
            known.append(math.log(walled / plain))
            ratio = walled / plain
            row = f"| {level} | {number + 1} | {walled:.1f} | {plain:.1f} | {ratio:.3f} |"
            print(row, flush=True)
    for level, known in logs.items():
        mean, spread = statistics.mean(known), statistics.stdev(known) / math.sqrt(pairs)
        bound = math.exp(mean + T_95[pairs] * spread)
        print(f"level {level}: mean ratio {math.exp(mean):.4f}, upper 95 % bound {bound:.4f}")


def start_s(backend: Backend, program: str, folder: Path) -> tuple[float, float]:
    """Seconds from asking for a job to its end, and of a core that it used.

    The latter is what the backend reports: at level 3, where jobs are executed, what was seen last.
    """
    (folder / "script").mkdir(exist_ok=True)
    (folder / "script" / "main.py").write_text(program)
    job = Job(
        command=("script/main.py",),
        inputs={"script": folder / "script"},
        outbox=folder / "outbox",
        limits=Limits(wall_s=120, threads=1),
    )
    began_s = time.monotonic()
    end = backend.run(job)
    if end.outcome is not Outcome.OK:
        sys.exit(f"{backend.name}: {end.outcome}: {end.detail} {end.stderr[-300:]}")
    return time.monotonic() - began_s, end.cpu_s


def starts(repeats: int) -> None:
    """Print the median times of a job that does nothing, and of one that imports torch."""
    with Templates(strict=True) as templates, tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        named = [(f"{one.level}, {one.name}", one) for one in BACKENDS]
        named += [
            (f"{one.level}, {one.name}, a copy", WARM[one.name](templates)) for one in BACKENDS
        ]
        times: dict[tuple[str, str], list[tuple[float, float]]] = {}
        for number in range(repeats + 1):
            for label, backend in named:
                for title, program in PROGRAMS.items():
                    taken = start_s(backend, program, Path(name))
                    if number:  # the first fills caches and makes the template
                        times.setdefault((label, title), []).append(taken)
    titles = [f"{title}, {what}" for title in PROGRAMS for what in ("wall s", "CPU s")]
    print(f"| level | {' | '.join(titles)} |\n|" + " --- |" * (len(titles) + 1))
    for label, _ in named:
        figures = [zip(*times[label, title], strict=True) for title in PROGRAMS]
        medians = [f"{statistics.median(one):.3f}" for pair in figures for one in pair]
        print(f"| {label} | {' | '.join(medians)} |")


def main() -> int:
    """Do what is asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("assignment", nargs="?", default="lab1")
    parser.add_argument("--pairs", type=int, default=10)
    parser.add_argument("--practice", action="store_true")
    parser.add_argument("--starts", type=int, metavar="N", help="time the start of every level")
    parser.add_argument("--grade", type=int, metavar="LEVEL", help="grade once and print seconds")
    given = parser.parse_args()
    if given.grade is not None:
        grade(given.assignment, given.grade, given.practice)
    elif given.starts:
        starts(given.starts)
    else:
        compare(given.assignment, given.pairs, given.practice)
    return 0


if __name__ == "__main__":
    sys.exit(main())
