"""The worked solutions earn full marks, and show the three lessons on the practice data.

On the full practice data they run in the demo.
"""

import pytest
from runs import ROOT, Grades

from grader.course import find_course

pytestmark = pytest.mark.training


LAB3 = pytest.param("lab3", marks=pytest.mark.thorough)
"""The demo grades it, too, and CI."""


@pytest.mark.parametrize("slug", ["lab1", "lab2", LAB3])
def test_the_reference_earns_full_marks(graded: Grades, slug: str) -> None:
    course = find_course(ROOT)
    _, grade = graded(course.reference(course.assignment(slug)), slug, {})
    assert grade.score == grade.max_score, [(c.id, c.found) for c in grade.criteria]
    assert (grade.flags, grade.notes) == ((), ())


def test_the_practice_baselines_show_the_three_lessons() -> None:
    course = find_course(ROOT)
    one, two, three = (course.baseline(slug, "practice") for slug in ("lab1", "lab2", "lab3"))
    assert one.valid_accuracy.min >= 0.95
    assert two.train_accuracy.min >= 0.99
    assert 0.65 <= two.valid_accuracy.min <= two.valid_accuracy.max <= 0.85
    assert three.valid_accuracy.min >= 0.93
    assert three.valid_accuracy.mean >= two.valid_accuracy.mean + 0.10
