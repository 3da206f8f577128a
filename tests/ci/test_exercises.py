"""Which exercises are open is said by the headings above their placeholders."""

from pathlib import Path

import pytest

from grader.ci.exercises import OpenExercise, open_exercises
from grader.course import find_course
from grader.discovery import find_submission, look_at_source
from grader.model.source import Place

ASSIGNMENTS = Path(__file__).parents[2] / "assignments"


@pytest.mark.parametrize("slug", ["lab1", "lab2", "lab3"])
@pytest.mark.parametrize("name", ["starter.py", "starter.ipynb"])
def test_every_exercise_of_a_starter_with_a_placeholder_is_open(slug: str, name: str) -> None:
    path = ASSIGNMENTS / slug / name
    found = look_at_source(find_submission(path), find_course(None).assignment(slug)).placeholders
    named = open_exercises(path.read_text(), found, notebook=path.suffix == ".ipynb")
    titles = [one.title for one in named]
    assert len(named) >= 5
    assert [one.split(":")[0] for one in titles] == sorted(one.split(":")[0] for one in titles)
    assert all(one.startswith("Exercise ") and "---" not in one for one in titles)
    assert {one.where for one in named} <= set(found)


def test_only_those_with_placeholders_are_open() -> None:
    text = "# --- Exercise 1: a ---\nx = 1\n# Exercise 2: b\ny = FIXME\nz = FIXME\n# Exercise 3\n"
    places = [Place(file="lab.py", line=4), Place(file="lab.py", line=5)]
    (found,) = open_exercises(text, places, notebook=False)
    assert found == OpenExercise("Exercise 2: b", places[0])


@pytest.mark.parametrize("text", ["", "[]", '{"cells": 1}', '{"cells": [1]}', "[" * 9000])
def test_no_notebook_has_no_exercises(text: str) -> None:
    assert open_exercises(text, [Place(cell=1, line=1)], notebook=True) == ()


def test_what_a_heading_hides_is_shown() -> None:
    text = "# Exercise 1: \x1b[31m\u202eowned\nFIXME\n"
    (found,) = open_exercises(text, [Place(line=2)], notebook=False)
    assert found.title == "Exercise 1: ⟨U+202E⟩owned"
