"""Plants each mistake in right solutions of each lab, and scores what diagnosis says of the runs.

    python -m benchmarks.diagnosis                     # run what is missing, print the table
    python -m benchmarks.diagnosis --rediagnose        # after a change of rules: nothing is run
    python -m benchmarks.diagnosis --only no-step --lab lab1 --style a
    python -m benchmarks.diagnosis --right 300         # right solutions: false alarms
    python -m benchmarks.diagnosis --table             # the table for benchmarks/README.md

Each finished run is one line of ``benchmarks/runs/diagnosis-LAB.jsonl``, its evidence lies in
``benchmarks/runs/diagnosis/``; the same command continues where it stopped.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.diagnosis import small
from benchmarks.diagnosis.running import run_all
from benchmarks.diagnosis.scores import alarms, scored
from benchmarks.diagnosis.show import alarms_table, details, summary_table
from benchmarks.diagnosis.store import Store
from benchmarks.diagnosis.tasks import Task, planted, right


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", metavar="ID", action="append", help="only this mistake")
    parser.add_argument("--lab", action="append", help="only this lab")
    parser.add_argument("--style", help="only this style")
    parser.add_argument("--jobs", type=int, default=2, help="runs at once, one thread each")
    parser.add_argument("--runs", type=Path, default=small.ROOT / "benchmarks" / "runs")
    parser.add_argument("--rediagnose", action="store_true", help="run nothing")
    parser.add_argument("--stale", action="store_true", help="runs of older code will do")
    parser.add_argument("--right", type=int, metavar="N", help="N runs of right solutions instead")
    parser.add_argument("--table", action="store_true", help="one row for each mistake, Markdown")
    parser.add_argument("--unseen", default="c", help="the style written by somebody else")
    parser.add_argument("--recalibrate", action="store_true", help="measure the references again")
    return parser.parse_args()


def _wanted(given: argparse.Namespace) -> list[Task]:
    if given.right is not None:
        return [one for one in right(given.right) if one.lab in (given.lab or [one.lab])]
    return [
        one
        for one in planted(given.style)
        if one.lab in (given.lab or [one.lab])
        and (not one.mistake or one.mistake in (given.only or [one.mistake]))
    ]


def main() -> int:
    """Run what is missing and print what was asked for."""
    given = _arguments()
    store = Store(given.runs)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        course = small.small_course(Path(folder) / "course")
        if given.recalibrate:
            small.recalibrate(course, given.jobs)
            return 0
        tasks = _wanted(given)
        if not given.rediagnose:
            run_all(tasks, store, course, given.jobs, given.stale)
        if given.right is not None:
            print(alarms_table(alarms(tasks, store, course)))
            return 0
        rows = scored(tasks, store, course)
    print(summary_table(rows, given.unseen) if given.table else details(rows, given.unseen))
    return 0


if __name__ == "__main__":
    sys.exit(main())
