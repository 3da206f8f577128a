"""Is a grade repeatable? The same submission several times with one seed, then as a notebook.

    python -m benchmarks.repeats lab1 --repeats 5             # official data
    python -m benchmarks.repeats lab3 --repeats 5 --practice

Repeats must give the same grade.json but for what the machine decides: times and memory. The
notebook has one cell per statement of the script and must get the same verdicts.
"""

import argparse
import ast
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat

from grader.course import find_course
from grader.discovery import find_submission
from grader.model.grade import Grade
from grader.pipeline import Request, Setup, check_submission, prepare
from grader.pipeline.setup import Standard, standard

MACHINE = ("wall_s", "cpu_s", "peak_rss_mb", "peak_gpu_mb")


def as_notebook(script: Path, target: Path) -> Path:
    """Write ``script`` as a notebook, one cell per top-level statement with its decorators."""
    lines = script.read_text(encoding="utf-8").splitlines()
    statements = []
    for one in ast.parse("\n".join(lines)).body:
        decorators = [each.lineno for each in getattr(one, "decorator_list", ())]
        first = min([one.lineno, *decorators])
        statements.append("\n".join(lines[first - 1 : one.end_lineno]))
    cells = [nbformat.v4.new_code_cell(text) for text in statements]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), target)
    return target


def graded(path: Path, setup: Setup, judged_by: Standard) -> Grade:
    """Run and grade one submission."""
    return check_submission(find_submission(path, "repeat"), setup, judged_by)[1]


def comparable(grade: Grade) -> dict[str, Any]:
    """The grade's document without what the machine decides."""
    document = grade.document()
    document["run"] = {k: v for k, v in document["run"].items() if k not in MACHINE}
    return document


def verdicts(grade: Grade) -> list[tuple[str, str, float]]:
    """What both forms of one program must share."""
    return [(one.id, one.verdict.value, one.earned) for one in grade.criteria]


def main() -> int:
    """Print one Markdown row; exit 1 where a repeat or the notebook differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("assignment")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--practice", action="store_true")
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    course = find_course(None)
    setup = prepare(Request(given.assignment, practice=given.practice, threads=1, seed=given.seed))
    judged_by = standard(course, given.assignment, setup.data.profile)
    script = course.reference(course.assignment(given.assignment))
    grades = [graded(script, setup, judged_by) for _ in range(given.repeats)]
    with tempfile.TemporaryDirectory() as folder:
        notebook = graded(as_notebook(script, Path(folder) / "lab.ipynb"), setup, judged_by)
    same = sum(comparable(one) == comparable(grades[0]) for one in grades)
    alike = verdicts(notebook) == verdicts(grades[0])
    valid = {one.measurements.valid_accuracy for one in grades if one.measurements}
    print(
        f"| {given.assignment} | {setup.data.profile} | {same} of {len(grades)} | "
        f"{sorted(valid)} | {'same' if alike else 'DIFFERENT'} | {notebook.score} |"
    )
    return 0 if alike and same == len(grades) else 1


if __name__ == "__main__":
    sys.exit(main())
