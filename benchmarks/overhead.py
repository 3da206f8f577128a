"""What grading costs: wall of ``grader check`` over wall of the same script run bare.

    python -m benchmarks.overhead lab1 --pairs 5          # needs two cores that do nothing else

Both runs of a pair go at the same time, one torch thread each, on the same data: a shared machine
changes its speed from minute to minute, by more than what is measured here. Prints each pair and
the median ratio.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from grader.course import find_course
from grader.data import locate

ROOT = Path(__file__).parent.parent


def pair(slug: str, script: Path, data: Path, folder: Path, practice: bool) -> tuple[float, float]:
    """Time one check and one bare run at the same time; returns (check, bare) in seconds."""
    bare = [sys.executable, str(script)]
    check = [sys.executable, "-m", "grader", "check", slug, str(script), "--threads", "1"]
    check += ["--out", str(folder / "results")]
    check += ["--practice"] if practice else ["--data", str(data)]
    with ThreadPoolExecutor(2) as both:
        walls = both.map(lambda command: timed(command, folder), (check, bare))
    return next(walls), next(walls)


def timed(command: list[str], folder: Path) -> float:
    """Run ``command`` in ``folder`` and return its wall time in seconds."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    started_s = time.monotonic()
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{command} failed: {done.stdout[-500:]} {done.stderr[-500:]}")
    return time.monotonic() - started_s


def main() -> int:
    """Measure and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("assignment")
    parser.add_argument("--pairs", type=int, default=5)
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
            check, bare = pair(given.assignment, script, data, folder, given.practice)
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
