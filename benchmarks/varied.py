"""Grades differently written right solutions with fresh seeds, and says how many earn full marks.

    python -m benchmarks.varied lab1 --runs 30            # official data
    python -m benchmarks.varied lab3 --runs 12 --practice

Each finished run is one line of ``benchmarks/runs/varied-LAB-PROFILE.jsonl``; the same command
continues where it stopped. A run is right when it has full marks, the graph agrees with the live
model, the epochs are counted as the program trains them, and both measured accuracies equal those
the program itself computed for its final model to within 0.001.
"""

import argparse
import json
import re
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from grader.calibration.solutions import right_solutions
from grader.discovery import find_submission
from grader.model.claims import Trace
from grader.model.evidence import Evidence
from grader.model.grade import Grade
from grader.pipeline import Request, Setup, check_submission, prepare
from grader.pipeline.setup import Standard, standard

ROOT = Path(__file__).parent.parent
FINAL = re.compile(r"final (train|valid) accuracy: ([\d.]+)")
EPOCHS = {"lab1": 5, "lab2": 20, "lab3": 20}


def record(path: Path, seed: int, grade: Grade, evidence: Evidence, stdout: str) -> dict[str, Any]:
    """What one run shows, as plain figures."""
    own = {name: float(value) for name, value in FINAL.findall(stdout)}
    measured = evidence.measurements
    trace = evidence.claims.trace or Trace()
    lost = {c.id: c.found for c in grade.criteria if c.earned < c.points}
    figures: dict[str, Any] = {
        "submission": path.name,
        "seed": seed,
        "score": grade.score,
        "pass_mark": grade.pass_mark,
        "attempts": len(grade.attempts),
        "lost": lost,
        "flags": grade.flags,
        "epochs": trace.epochs,
        "wall_s": evidence.run.wall_s,
        "gap": evidence.gap.reason if evidence.gap else None,
        "own": own,
    }
    if measured is not None:
        figures |= {
            "train": measured.train_accuracy,
            "valid": measured.valid_accuracy,
            "preprocessing": measured.preprocessing.description,
            "agreement": measured.agreement.largest_difference if measured.agreement else None,
        }
    return figures


def is_right(figures: dict[str, Any], epochs: int) -> dict[str, bool]:
    """The four properties of a right run."""
    close = all(
        abs(figures["own"].get(name, 2) - figures.get(name, 1)) <= 0.001
        for name in ("train", "valid")
    )
    return {
        "full marks": not figures["lost"],
        "agrees": not figures["flags"],
        "epochs": figures["epochs"] == epochs,
        "equals": close,
    }


def one_run(path: Path, seed: int, setup: Setup, judged_by: Standard) -> dict[str, Any]:
    """Grade one submission with one seed; ``check_s`` is the wall time of all of it."""
    submission = find_submission(path)
    started_s = time.monotonic()
    examined, grade = check_submission(submission, replace(setup, seed=seed), judged_by)
    check_s = round(time.monotonic() - started_s, 2)
    figures = record(path, seed, grade, examined.evidence, examined.logs.stdout)
    return {**figures, "check_s": check_s}


def summary(lines: list[dict[str, Any]], epochs: int) -> str:
    """A Markdown table by submission, and the totals."""
    rows = [
        "| solution | runs | full marks | agrees | epochs | equals | validation |",
        "|" + " --- |" * 7,
    ]
    names = sorted({line["submission"] for line in lines})
    for name in [*names, "all"]:
        some = [line for line in lines if name in (line["submission"], "all")]
        marks = [is_right(line, epochs) for line in some]
        counts = [str(sum(mark[key] for mark in marks)) for key in marks[0]]
        valid = [line["valid"] for line in some if "valid" in line]
        spread = f"{min(valid):.4f} to {max(valid):.4f}" if valid else "none"
        rows.append(f"| {name} | {len(some)} | {' | '.join(counts)} | {spread} |")
    return "\n".join(rows)


def main() -> int:
    """Run what is missing and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("assignment")
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--practice", action="store_true")
    parser.add_argument("--first-seed", type=int, default=1000)
    given = parser.parse_args()
    setup = prepare(Request(given.assignment, practice=given.practice, threads=1))
    judged_by = standard(setup.course, given.assignment, setup.data.profile)
    paths = right_solutions(setup.course, given.assignment, None)
    kept = ROOT / "benchmarks" / "runs" / f"varied-{given.assignment}-{setup.data.profile}.jsonl"
    kept.parent.mkdir(exist_ok=True)
    lines = [json.loads(line) for line in kept.read_text().splitlines()] if kept.exists() else []
    done = {(line["submission"], line["seed"]) for line in lines}
    wanted = [(paths[i % len(paths)], given.first_seed + i) for i in range(given.runs)]
    missing = [(path, seed) for path, seed in wanted if (path.name, seed) not in done]
    with ThreadPoolExecutor(given.jobs) as pool, kept.open("a") as stream:
        for line in pool.map(lambda run: one_run(*run, setup, judged_by), missing):
            lines.append(line)
            stream.write(json.dumps(line) + "\n")
            stream.flush()
    print(summary(lines, EPOCHS[given.assignment]))
    for line in lines:
        wrong = [
            name for name, right in is_right(line, EPOCHS[given.assignment]).items() if not right
        ]
        if wrong:
            print(f"{line['submission']} seed {line['seed']}: {', '.join(wrong)}; {line['lost']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
