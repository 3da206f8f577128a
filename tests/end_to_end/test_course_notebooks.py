"""Notebooks as courses hand them out: exercises, solutions to unfold, displays, a kernel shutdown.

``tests/submissions/course`` holds one for each lab. Graded is what the student did, never what the
handout brings along.
"""

from pathlib import Path

import nbformat
import pytest
from runs import ROOT, Grades

from grader.cli.codes import BELOW
from grader.cli.show import exit_code
from grader.model.grade import Grade
from grader.model.verdict import Verdict

pytestmark = pytest.mark.training
COURSE = ROOT / "tests" / "submissions" / "course"
LABS = ("lab1", "lab2", "lab3")
MARKER = "# SOLUTION\n"
PRINTED = "Train - Loss: 1.0000 Accuracy: 0.9900\nValid - Loss: 1.0000 Accuracy: 0.9800\n"
"""What running the handout's solutions has left below every cell that was run."""


def handed_in(
    lab: str, folder: Path, *, filled: bool = False, deleted: bool = False, run: bool = False
) -> Path:
    """The lab's notebook: exercises ``filled`` in, or solution cells ``deleted``, or those ``run``.

    After such a run every cell but the open exercises has a number and an output.
    """
    notebook = nbformat.read(COURSE / f"{lab}.ipynb", as_version=4)
    kept = []
    for cell in notebook.cells:
        solves = cell.cell_type == "code" and cell.source.startswith(MARKER)
        if solves and filled:
            kept[-1].source = cell.source.removeprefix(MARKER)
        if run and cell.cell_type == "code" and (solves or not _is_exercise(cell)):
            cell.execution_count = len(kept) + 1
            cell.outputs = [nbformat.v4.new_output("stream", text=PRINTED)]
        if not (solves and deleted):
            kept.append(cell)
    notebook.cells = kept
    path = folder / f"{lab}.ipynb"
    nbformat.write(notebook, path)
    return path


def _is_exercise(cell: nbformat.NotebookNode) -> bool:
    return "FIXME" in cell.source


def verdicts(grade: Grade) -> set[Verdict]:
    """The verdicts on everything that carries points."""
    return {one.verdict for one in grade.criteria if one.points}


LAB3 = pytest.param("lab3", marks=pytest.mark.thorough)
"""Its network takes its time."""


@pytest.mark.parametrize("run", [False, True], ids=["untouched", "only solution cells run"])
@pytest.mark.parametrize("lab", LABS)
def test_what_the_handout_brings_is_not_the_students_work(
    graded: Grades, tmp_path: Path, lab: str, run: bool
) -> None:
    path = handed_in(lab, tmp_path, run=run)
    assert ("0.9900" in path.read_text(encoding="utf-8")) is run
    _, grade = graded(path, lab, {})
    assert (grade.score, exit_code(grade)) == (0, BELOW)
    assert (grade.claims.train_accuracy, grade.claims.valid_accuracy) == (None, None)
    assert verdicts(grade) == {Verdict.UNMET, Verdict.BLOCKED}
    exercises = grade.criteria[0]
    assert "placeholders are left" in exercises.found
    assert "the handout's own solution cells do not count" in exercises.found
    assert any("handout's mark for its solutions" in note for note in grade.notes)


@pytest.mark.parametrize("deleted", [False, True], ids=["solutions kept", "solutions deleted"])
@pytest.mark.parametrize("lab", ["lab1", "lab2", LAB3])
def test_filled_in_exercises_earn_full_marks(
    graded: Grades, tmp_path: Path, lab: str, deleted: bool
) -> None:
    _, grade = graded(handed_in(lab, tmp_path, filled=True, deleted=deleted), lab, {})
    assert grade.score == grade.max_score, [one.found for one in grade.criteria]
    assert not grade.needs_review
    assert any("handout's mark for its solutions" in note for note in grade.notes) is not deleted
    assert any("shuts the notebook's kernel down" in note for note in grade.notes)
    assert grade.run.cells_run == grade.run.cells_total


def test_where_the_course_accepts_them_solution_cells_are_the_students_work(
    graded: Grades, tmp_path: Path
) -> None:
    _, grade = graded(handed_in("lab1", tmp_path), "lab1", {}, solution_cells=True)
    assert grade.score == grade.max_score, [one.found for one in grade.criteria]
    assert grade.criteria[0].found == "No placeholder is left."
    assert any("own solution cells were run" in note for note in grade.notes)
