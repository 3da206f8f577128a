"""What grading costs: wall of ``grader check`` over wall of the same script run bare.

    python -m benchmarks.overhead lab1 --pairs 3

Both use one torch thread and the same data; runs alternate (check, bare, bare, check, …), so a
machine that changes its speed changes both. Prints each pair and the median ratio.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from grader.course import find_course
from grader.data import locate

ROOT = Path(__file__).parent.parent


def timed(command: list[str], folder: Path, environment: dict[str, str]) -> float:
    """Run ``command`` in ``folder`` and return its wall time in seconds."""
    started_s = time.monotonic()
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{command} failed: {done.stdout[-500:]} {done.stderr[-500:]}")
    return time.monotonic() - started_s


def pair(
    slug: str, script: Path, data: Path, folder: Path, practice: bool, swap: bool
) -> tuple[float, float]:
    """Time one check and one bare run, in either order; returns (check, bare) in seconds."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    bare = [sys.executable, str(script)]
    check = [sys.executable, "-m", "grader", "check", slug, str(script), "--threads", "1"]
    check += [
        "--out",
        str(folder / "results"),
        *(["--practice"] if practice else ["--data", str(data)]),
    ]
    walls = {}
    for name in ("bare", "check") if swap else ("check", "bare"):
        walls[name] = timed(bare if name == "bare" else check, folder, environment)
    return walls["check"], walls["bare"]


def main() -> int:
    """Measure and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("assignment")
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--practice", action="store_true")
    given = parser.parse_args()
    course = find_course(None)
    assignment = course.assignment(given.assignment)
    data = locate.load(assignment.dataset.name, None, given.practice).folder
    script = course.reference(assignment)
    pairs = []
    print("| pair | check s | bare s | ratio | check - 1.05 x bare, s |\n|" + " --- |" * 5)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "data").symlink_to(data)
        for number in range(given.pairs):
            check, bare = pair(
                given.assignment, script, data, folder, given.practice, number % 2 == 1
            )
            pairs.append((check, bare))
            over = check - 1.05 * bare
            print(
                f"| {number + 1} | {check:.1f} | {bare:.1f} | {check / bare:.3f} | {over:.1f} |",
                flush=True,
            )
    ratio = statistics.median(check / bare for check, bare in pairs)
    over = statistics.median(check - 1.05 * bare for check, bare in pairs)
    print(f"| median | | | {ratio:.3f} | {over:.1f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
