"""What would keep the look busy for hours, or fill the memory, is cut short: students write it."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from builders import ASSIGNMENT

from grader.discovery import find_submission, look_at_source
from grader.discovery import parse as code
from grader.discovery.imports import LONGEST, imports
from grader.discovery.parse import parse
from grader.discovery.source import MOST_CODE, Cell
from grader.model.assignment import Assignment
from grader.model.source import SourceLook

LAB = Assignment.model_validate(ASSIGNMENT)
MANY = 200_000
"""Of each of these characters, half an hour or more."""


@pytest.fixture(autouse=True)
def _soon() -> Iterator[None]:
    began_s = time.process_time()
    yield
    assert time.process_time() - began_s < 20


def notebook(folder: Path, *texts: str) -> None:
    code = [{"cell_type": "code", "source": text, "outputs": [], "metadata": {}} for text in texts]
    (folder / "lab.ipynb").write_text(json.dumps({"cells": code, "metadata": {}, "nbformat": 4}))


def look(folder: Path, main: str | None = None) -> SourceLook:
    return look_at_source(find_submission(folder, main=main), LAB)


@pytest.mark.parametrize("text", ["x = 1\n" + " " * MANY + "$", "\t" * MANY + "\n" + " " * MANY])
def test_a_line_of_spaces(tmp_path: Path, text: str) -> None:
    notebook(tmp_path, text, "x = FIXME")
    assert len(look(tmp_path).placeholders) == 1


@pytest.mark.parametrize("text", ["x = y_" + " " * MANY + "$", "x = " + "' \\" * MANY])
def test_a_line_that_is_no_python(tmp_path: Path, text: str) -> None:
    notebook(tmp_path, f"x = FIXME\n{text}\ny = FIXME")
    assert [one.line for one in look(tmp_path).placeholders] == [1, 3]


def test_a_placeholder_in_a_long_line_counts_only_as_code(tmp_path: Path) -> None:
    data = ", ".join(["1"] * (MANY // 10))
    notebook(tmp_path, f"x = [{data}, FIXME]\ny = [{data}, 'FIXME']  # FIXME\ndef f(FIXME): 0")
    assert [one.line for one in look(tmp_path).placeholders] == [1, 3]


def test_an_assigned_magic_behind_spaces_is_one_all_the_same(tmp_path: Path) -> None:
    notebook(tmp_path, "if True:\n    files, x = !ls\n    torch?\n")
    assert look(tmp_path).parse_error is None


def test_a_long_name_of_a_module_that_a_cell_writes(tmp_path: Path) -> None:
    notebook(tmp_path, "%%writefile " + "a" * MANY + "\nx = FIXME", "%%writefile m.py\ny = FIXME")
    assert [one.cell for one in look(tmp_path).placeholders] == [2]


def test_a_long_word_in_a_notebook_beside_scripts(tmp_path: Path) -> None:
    notebook(tmp_path, "#" + "a-" * MANY + "\n%run utils.py")
    (tmp_path / "utils.py").write_text("x = 1")
    assert find_submission(tmp_path).main == "lab.ipynb"


def test_magics_behind_much_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notebook(tmp_path, "x = [1, 2, 3]\n" * 1000 + "torch?\n" * 20)
    assert look(tmp_path).parse_error is None
    monkeypatch.setattr(code, "WORK", 100_000)
    found = look(tmp_path).parse_error
    assert found is not None
    assert "so many magics" in found.text


@pytest.mark.parametrize("dot", [".", " . ", ".\\\n"])
def test_a_module_nested_thousands_of_times(tmp_path: Path, dot: str) -> None:
    (tmp_path / "lab.py").write_text("import " + ("a" + dot) * 60 + "a\n")
    assert [one.name for one in look(tmp_path).missing_modules] == ["a"]
    (tmp_path / "lab.py").write_text("import " + ("a" + dot) * MANY + "a\n")
    found = look(tmp_path).parse_error
    assert found is not None
    assert "more than a hundred parts" in found.text


def test_many_things_of_a_module_with_a_long_name() -> None:
    text = f"from {'a' * 100_000} import {', '.join(f'b{i}' for i in range(10_000))}\n"
    found = [*imports([parse(Cell("lab.py", None, text))])]
    assert len(found) == 10_001
    assert max(len(one.name) for one in found) < 2 * LONGEST + 2


def test_more_code_than_can_be_looked_at_in_all_cells(tmp_path: Path) -> None:
    text = "x = 1\n" * (MOST_CODE // 18)
    notebook(tmp_path, text, text, text + "x = 1\nx = 1\n")
    found = look(tmp_path)
    assert found.parse_error is not None
    assert "more than two megabytes" in found.parse_error.text


def test_more_code_than_can_be_looked_at_in_all_modules(tmp_path: Path) -> None:
    text = "x = FIXME\n" + "#" * (MOST_CODE // 3)
    names = [f"m{number}" for number in range(4)]
    for name in names:
        (tmp_path / f"{name}.py").write_text(text)
    (tmp_path / "lab.py").write_text(f"import {', '.join(names)}\n")
    found = look(tmp_path, "lab.py")
    assert len(found.placeholders) == 2
    assert found.parse_error is not None
    assert (found.parse_error.file, "two megabytes" in found.parse_error.text) == ("m2.py", True)
