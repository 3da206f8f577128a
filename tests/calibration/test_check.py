"""``calibrate --check``: where levels stand, and whether right solutions reach them."""

from pathlib import Path

import pytest
from builders import evidence, measurements

from grader.calibration import solutions
from grader.calibration.recorded import distances, recorded
from grader.calibration.solutions import FIRST_SEED, Solved, right_solutions, solve
from grader.course import find_course
from grader.errors import CourseError
from grader.model.grade import Grade
from grader.pipeline import Request, Setup, judge, prepare
from grader.pipeline.setup import Standard, standard

COURSE = find_course(Path(__file__).parent.parent.parent)


def said(slug: str) -> list[str]:
    """What is said of the levels of one lab."""
    known, judged_by = recorded(COURSE.folder, slug), standard(COURSE, slug, "official")
    assert known is not None
    return list(distances(judged_by.rubric, judged_by.expectation, known))


@pytest.mark.parametrize("slug", ["lab1", "lab2", "lab3"])
def test_the_median_of_real_runs_lies_above_each_level(slug: str) -> None:
    training, validation = said(slug)
    assert training.startswith("It learns its training images: full marks from")
    for sentence in (training, validation):
        median = sentence.partition("a median of ")[2]
        assert "points above it" in median.partition(", and")[0]


def test_shares_are_those_of_the_nearest_level_that_is_no_easier() -> None:
    assert "97% of the runs reach 97.0 %" not in said("lab3")[1]
    assert "reach 93.0 %" in said("lab3")[1]
    assert "reach 75.0 %" in said("lab2")[1]


def test_a_course_without_records_is_compared_with_none(tmp_path: Path) -> None:
    assert recorded(tmp_path, "lab1") is None
    assert recorded(COURSE.folder, "lab9") is None


def test_a_lab_without_right_solutions_says_what_to_name(tmp_path: Path) -> None:
    assert len(right_solutions(COURSE, "lab1", None)) >= 6
    (tmp_path / "notes.txt").write_text("")
    with pytest.raises(CourseError, match="--solutions"):
        right_solutions(COURSE, "lab1", tmp_path)


def test_each_run_has_a_seed_of_its_own_and_is_counted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text("import torch\n")
    setup = prepare(Request("lab1", practice=True, device="cpu"))
    judged_by = standard(setup.course, "lab1", "practice")

    def graded(submission: object, setup: Setup, by: Standard) -> tuple[None, Grade]:
        poor = {"train_accuracy": 0.6} if setup.seed == FIRST_SEED + 1 else {}
        found = evidence(measurements=measurements(**poor), seed=setup.seed)
        return None, judge(found, by)

    monkeypatch.setattr(solutions, "check_submission", graded)
    heard: list[Solved] = []
    paths = right_solutions(setup.course, "lab1", tmp_path)
    found = list(solve(paths, setup, judged_by, 3, 1, heard.append))
    assert [(one.path.name, one.seed - FIRST_SEED) for one in found] == [
        *(("a.py", 0), ("b.py", 1), ("a.py", 2)),
    ]
    assert [one.full for one in found] == [True, False, True]
    assert "training-accuracy" in found[1].lost
    assert heard == found
