"""A submission graded in copies of a warm process earns what it earns in new processes."""

from dataclasses import replace
from pathlib import Path

import pytest
from runs import RIGHT, tiny

from grader.discovery import find_submission
from grader.model.grade import Grade
from grader.pipeline import check_submission
from grader.pipeline.setup import Setup, standard
from grader.sandbox.choose import BACKENDS, WARM, Chosen, isolation_of
from grader.sandbox.warm.templates import Templates

pytestmark = pytest.mark.training
LEVELS = [
    pytest.param(3, marks=pytest.mark.sandbox),
    pytest.param(2, marks=pytest.mark.landlock),
]


def _grade(name: str, setup: Setup) -> Grade:
    submission = find_submission(RIGHT / "lab1" / name)
    _, grade = check_submission(submission, setup, standard(setup.course, "lab1", "practice"))
    return grade


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    "name", ["functional.py", pytest.param("notebook.ipynb", marks=pytest.mark.thorough)]
)
def test_copies_earn_what_new_processes_earn(name: str, level: int, tiny_course: Path) -> None:
    backend = next(one for one in BACKENDS if one.level == level)
    chosen = Chosen(backend, isolation_of(backend))
    setup = tiny("lab1", tiny_course)
    with Templates(strict=True) as templates:
        copied = Chosen(WARM[backend.name](templates), chosen.isolation)
        grades = [_grade(name, replace(setup, chosen=one)) for one in (chosen, copied)]
    executed, copy = grades
    assert copy.score == copy.max_score
    assert (copy.criteria, copy.measurements) == (executed.criteria, executed.measurements)
    assert (copy.flags, copy.notes) == (executed.flags, executed.notes)
