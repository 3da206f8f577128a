"""The worked solutions earn full marks on the practice data, and show the three lessons there."""

import pytest
from runs import ROOT

from grader.course import find_course
from grader.discovery import find_submission
from grader.model.grade import Grade
from grader.pipeline import Request, check_submission, prepare
from grader.pipeline.setup import standard

pytestmark = pytest.mark.training


def grade_reference(slug: str) -> Grade:
    """Grade the worked solution on the full practice data."""
    setup = prepare(Request(slug, practice=True, device="cpu", threads=1, seed=77))
    judged_by = standard(setup.course, slug, "practice")
    reference = setup.course.reference(setup.assignment)
    return check_submission(find_submission(reference), setup, judged_by)[1]


@pytest.mark.parametrize("slug", ["lab1", "lab2", "lab3"])
def test_the_reference_earns_full_marks(slug: str) -> None:
    grade = grade_reference(slug)
    assert grade.score == grade.max_score, [(c.id, c.found) for c in grade.criteria]
    assert grade.flags == ()


def test_the_practice_baselines_show_the_three_lessons() -> None:
    course = find_course(ROOT)
    one, two, three = (course.baseline(slug, "practice") for slug in ("lab1", "lab2", "lab3"))
    assert one.valid_accuracy.min >= 0.95
    assert two.train_accuracy.min >= 0.99
    assert 0.65 <= two.valid_accuracy.min <= two.valid_accuracy.max <= 0.85
    assert three.valid_accuracy.min >= 0.93
    assert three.valid_accuracy.mean >= two.valid_accuracy.mean + 0.10
