"""What grades a folder of notebooks: ours, nbgrader and Otter-Grader, behind one face."""

import csv
import json
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import nbformat

from benchmarks.classroom import ROOT, batch_command, environment

ASSIGNMENT = "lab"
TEST = "assert valid_accuracy > 0.5"
OTTER_TEST = """
OK_FORMAT = True
test = {
    "name": "valid",
    "points": 1,
    "suites": [
        {
            "cases": [
                {"code": ">>> bool(valid_accuracy > 0.5)\\nTrue", "hidden": False, "locked": False}
            ],
            "scored": True,
            "setup": "",
            "teardown": "",
            "type": "doctest",
        }
    ],
}
"""


@dataclass(frozen=True)
class Told:
    """What a grader made of one notebook."""

    score: str
    full: bool
    said: str = ""


NOTHING = Told("none", full=False, said="it left no result")


class Grader(Protocol):
    """Grades notebooks of one folder, each by itself or many at once.

    Commands are given in ``place`` with ``environment``.
    """

    name: str
    place: Path
    environment: Mapping[str, str]

    def reset(self) -> None:
        """Forget everything that was graded, and get ready."""

    def class_command(self, names: Sequence[str], at_once: int) -> list[str]:
        """The command that grades these."""

    def one_command(self, name: str) -> list[str]:
        """The command that grades one of them."""

    def told(self, name: str) -> Told:
        """What it made of one."""


class Ours:
    """``grader batch``."""

    name = "grader"
    place = ROOT

    def __init__(
        self, folder: Path, notebooks: Path, slug: str, practice: bool, timeout_s: float
    ) -> None:
        self.folder, self.notebooks, self.slug, self.practice = folder, notebooks, slug, practice
        self.timeout_s = timeout_s
        self.environment = environment()

    def reset(self) -> None:
        """Begin with no results."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()

    def class_command(self, names: Sequence[str], at_once: int) -> list[str]:
        """A class of these; it finds out itself how many go at once."""
        part = self.folder / f"class-{len(names)}-{names[0]}"
        part.mkdir()
        for name in names:
            shutil.copy(self.notebooks / f"{name}.ipynb", part)
        more = ("--timeout", str(self.timeout_s), "--reruns", "0", "--workers", str(at_once))
        return batch_command(self.slug, part, self.folder / "out", self.practice, *more)

    def one_command(self, name: str) -> list[str]:
        """A class of one."""
        return self.class_command([name], 1)

    def told(self, name: str) -> Told:
        """The score, how the run ended, and whether somebody has to look."""
        try:
            grade = json.loads((self.folder / "out" / name / "grade.json").read_text())
        except OSError:
            return NOTHING
        said = f"{grade['run']['outcome']}: {grade['run'].get('detail') or ''}".strip(" :")
        met = [one["id"] for one in grade["criteria"] if one["verdict"] == "met"]
        said += f"; met: {', '.join(met) or 'nothing'}"
        full = grade["score"] == grade["max_score"]
        return Told(f"{grade['score']:g} of {grade['max_score']:g}", full, said)


def test_cell(course: Path, around: Mapping[str, str]) -> nbformat.NotebookNode:
    """The cell that nbgrader grades, as it hands it out."""
    cell = nbformat.v4.new_code_cell(TEST)
    cell.metadata["nbgrader"] = {
        "grade": True,
        "grade_id": "valid",
        "locked": True,
        "points": 1,
        "schema_version": 3,
        "solution": False,
        "task": False,
    }
    source = course / "source" / ASSIGNMENT
    source.mkdir(parents=True)
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), source / f"{ASSIGNMENT}.ipynb")
    _run(
        ["nbgrader", "generate_assignment", ASSIGNMENT, "--IncludeHeaderFooter.header="],
        course,
        around,
    )
    released = course / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    return nbformat.read(released, as_version=4).cells[-1]


def _run(command: list[str], place: Path, around: Mapping[str, str]) -> None:
    done = subprocess.run(command, cwd=place, env=around, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{command} failed: {done.stdout[-800:]} {done.stderr[-1500:]}")


def _at_once(command: list[str], names: Sequence[str], at_once: int) -> list[str]:
    """``command`` for each name in the place of ``{}``, so many at a time."""
    listed = shlex.join(["printf", r"%s\n", *names])
    each = shlex.join(["xargs", "-P", str(at_once), "-I", "{}", *command])
    return ["sh", "-c", f"{listed} | {each}"]


class NbGrader:
    """``nbgrader autograde``, a process per student; all of them write to one SQLite file.

    ``cell_s`` is the limit of a cell; ``None`` leaves it as installed, 30 s.
    """

    def __init__(
        self, folder: Path, notebooks: Path, around: Mapping[str, str], cell_s: float | None
    ) -> None:
        self.name = "nbgrader" if cell_s is not None else "nbgrader, as installed"
        self.folder, self.notebooks, self.environment = folder, notebooks, around
        self.place = folder
        self.limit = [f"--Execute.timeout={cell_s:.0f}"] if cell_s is not None else []

    def reset(self) -> None:
        """Make a course with this one assignment, everything handed in."""
        shutil.rmtree(self.folder, ignore_errors=True)
        test_cell(self.folder, self.environment)
        for path in self.notebooks.glob("*.ipynb"):
            target = self.folder / "submitted" / path.stem / ASSIGNMENT
            target.mkdir(parents=True)
            shutil.copy(path, target / f"{ASSIGNMENT}.ipynb")

    def class_command(self, names: Sequence[str], at_once: int) -> list[str]:
        """One process per student, by xargs."""
        return _at_once(self.one_command("{}"), names, at_once)

    def one_command(self, name: str) -> list[str]:
        """Autograde one student."""
        return ["nbgrader", "autograde", ASSIGNMENT, "--student", name, *self.limit]

    def told(self, name: str) -> Told:
        """The score as it exports it, and the first error in the graded notebook."""
        export = self.folder / "grades.csv"
        export.unlink(missing_ok=True)
        _run(["nbgrader", "export", "--to", str(export)], self.folder, self.environment)
        with export.open(newline="") as stream:
            rows = [row for row in csv.DictReader(stream) if row["student_id"] == name]
        graded = self.folder / "autograded" / name / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        if not rows or not graded.exists():
            return NOTHING
        score, most = float(rows[0]["score"]), float(rows[0]["max_score"])
        return Told(f"{score:g} of {most:g}", score == most, _first_error(graded))


def _first_error(path: Path) -> str:
    cells = nbformat.read(path, as_version=4).cells
    outputs = [one for cell in cells for one in cell.get("outputs", ())]
    errors = [one for one in outputs if one.output_type == "error"]
    return f"{errors[0].ename}: {errors[0].evalue}"[:80] if errors else ""


class Otter:
    """``otter run``, a process per student."""

    name = "Otter-Grader"

    def __init__(self, folder: Path, notebooks: Path, around: Mapping[str, str]) -> None:
        self.folder, self.notebooks, self.environment = folder, notebooks, around
        self.place = folder

    def reset(self) -> None:
        """Make its autograder, and a folder for each result."""
        shutil.rmtree(self.folder, ignore_errors=True)
        tests = self.folder / "tests"
        tests.mkdir(parents=True)
        (tests / "valid.py").write_text(OTTER_TEST)
        _run(
            ["otter", "generate", "-t", "tests", "-o", "autograder.zip"],
            self.folder,
            self.environment,
        )
        for path in self.notebooks.glob("*.ipynb"):
            (self.folder / "results" / path.stem).mkdir(parents=True)

    def class_command(self, names: Sequence[str], at_once: int) -> list[str]:
        """One process per student, by xargs."""
        return _at_once(self.one_command("{}"), names, at_once)

    def one_command(self, name: str) -> list[str]:
        """Run one notebook."""
        words = ["otter", "run", "-a", "autograder.zip", "-o", f"results/{name}", "--no-logo"]
        return [*words, f"{self.notebooks}/{name}.ipynb"]

    def told(self, name: str) -> Told:
        """The score, and what its test says."""
        try:
            found = json.loads((self.folder / "results" / name / "results.json").read_text())
        except (OSError, ValueError):
            return NOTHING
        tests = [one for one in found["tests"] if one.get("max_score")]
        score = sum(one["score"] for one in tests)
        most = sum(one["max_score"] for one in tests)
        return Told(f"{score:g} of {most:g}", bool(tests) and score == most)
