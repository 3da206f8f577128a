"""A small course of its own: lab 1 on the tiny practice data, calibrated in seconds."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from grader.calibration import calibrate, write_baseline
from grader.data.practice import PracticeSize
from grader.discovery import find_submission
from grader.model.grade import Grade
from grader.pipeline import Request, check_submission, prepare
from grader.pipeline.path import Examined
from grader.pipeline.setup import Setup, standard

ROOT = Path(__file__).parent.parent.parent
RIGHT = ROOT / "tests" / "submissions" / "right"


def tiny(slug: str, course: Path) -> Setup:
    """Everything set up to grade on the tiny practice data, one thread, no GPU."""
    request = Request(
        slug,
        course=course,
        practice=True,
        practice_size=PracticeSize.TINY,
        device="cpu",
        threads=1,
    )
    return prepare(request)


@pytest.fixture(scope="session")
def tiny_course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of lab 1 whose baseline comes from the tiny practice data."""
    course = tmp_path_factory.mktemp("course")
    shutil.copytree(ROOT / "assignments" / "lab1", course / "assignments" / "lab1")
    (course / "rubrics").mkdir()
    shutil.copy(ROOT / "rubrics" / "lab1.yaml", course / "rubrics")
    shutil.copytree(ROOT / "reference", course / "reference")
    setup = tiny("lab1", course)
    baseline = calibrate(setup, [0, 1], jobs=1)
    write_baseline(course / "rubrics" / "baselines" / "lab1.practice.json", baseline)
    return course


Grades = Callable[..., tuple[Examined, Grade]]


@pytest.fixture(scope="session")
def check(tiny_course: Path) -> Grades:
    """Grade a submission of lab 1 on the tiny data; ``timeout_s`` shortens its time."""
    setup = tiny("lab1", tiny_course)
    judged_by = standard(setup.course, "lab1", "practice")

    def run(path: Path, seed: int = 0, timeout_s: float | None = None) -> tuple[Examined, Grade]:
        used = replace(setup, seed=seed)
        if timeout_s is not None:
            limits = setup.assignment.limits.model_copy(update={"wall_s": timeout_s})
            changed = setup.assignment.model_copy(update={"limits": limits})
            used = replace(used, assignment=changed)
        return check_submission(find_submission(path), used, judged_by)

    return run
