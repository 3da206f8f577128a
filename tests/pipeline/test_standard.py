"""What judges an assignment is checked whole before anything is run."""

from pathlib import Path

import pytest

from grader.course import find_course
from grader.errors import CourseError
from grader.pipeline.setup import standard


def test_a_rubric_that_cannot_be_used_is_named_with_its_criterion(tmp_path: Path) -> None:
    course = find_course(None)
    text = (course.folder / "rubrics" / "lab1.yaml").read_text()
    path = tmp_path / "mine.yaml"
    path.write_text(text.replace("zero: 0.5", "zero: 0.999"))
    with pytest.raises(CourseError) as caught:
        standard(course, "lab1", "practice", path)
    assert str(path) in str(caught.value)
    assert "criterion 'validation-accuracy'" in str(caught.value)
    assert "the wrong way round" in str(caught.value)
