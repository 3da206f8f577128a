"""YAML that would fill the memory or make its own reader fail is one sentence, too."""

import json
import time
from pathlib import Path

import pytest
from builders import ASSIGNMENT

from grader.course.yaml_files import DEEPEST, LARGEST, MOST_VALUES, read_model
from grader.errors import CourseError
from grader.model.assignment import Assignment

HEAD = "schema: 1\nslug: lab9\ntitle: Lab 9\ndataset: {name: mnist}\nclasses: [a, b]\n"


def read(folder: Path, text: str) -> Assignment:
    path = folder / "assignment.yaml"
    path.write_text(text)
    return read_model(path, Assignment, "assignment")


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(CourseError) as caught:
        read(folder, text)
    assert "is not valid YAML" in str(caught.value)
    return str(caught.value)


def test_the_head_is_right(tmp_path: Path) -> None:
    assert read(tmp_path, HEAD) == Assignment.model_validate(ASSIGNMENT)


@pytest.mark.parametrize(
    "value",
    ["!!bool x", "!!int ''", "!!timestamp x", "!!float ''", "!!timestamp 2001-99-99"],
)
def test_a_tag_that_its_value_does_not_fit(tmp_path: Path, value: str) -> None:
    refusal(tmp_path, f"{HEAD}snapshots: {value}\n")


def test_aliases_that_stand_for_more_than_there_is_room_for(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    for number in range(1, 12):
        nine = ", ".join([f"*a{number - 1}"] * 9)
        lines.append(f"a{number}: &a{number} [{nine}]")
    assert f"more than {MOST_VALUES:,} values" in refusal(tmp_path, "\n".join(lines))


def test_an_alias_of_what_it_stands_in(tmp_path: Path) -> None:
    refusal(tmp_path, f"{HEAD}placeholders: &a [*a]\n")


def test_aliases_are_fine_otherwise(tmp_path: Path) -> None:
    text = f"{HEAD}placeholders: &a [FIXME]\nstand_ins: *a\n"
    assert read(tmp_path, text).stand_ins == ("FIXME",)


def test_a_maze_of_brackets(tmp_path: Path) -> None:
    words = f"deeper than the {DEEPEST} levels"
    assert words in refusal(tmp_path, HEAD + "x: " + "[1, " * 40_000)
    assert words in refusal(tmp_path, HEAD + "x: " + "{a: " * (DEEPEST + 1))
    assert words not in refusal(tmp_path, HEAD + "x: " + "[" * DEEPEST + "1")


def test_a_text_that_is_no_rubric_by_its_length_alone(tmp_path: Path) -> None:
    assert read(tmp_path, HEAD + "#" * (LARGEST - len(HEAD)))
    assert "longer than 200,000" in refusal(tmp_path, HEAD + "#" * (LARGEST - len(HEAD) + 1))


def test_a_long_list_of_wrong_values_is_explained_in_no_time(tmp_path: Path) -> None:
    path = tmp_path / "assignment.json"
    path.write_text(json.dumps(ASSIGNMENT | {"classes": [1] * 30_000}))
    began_s = time.process_time()
    with pytest.raises(CourseError, match="classes, entry 30000: must be text, not 1"):
        read_model(path, Assignment, "assignment")
    assert time.process_time() - began_s < 30  # comparing each with each took minutes
