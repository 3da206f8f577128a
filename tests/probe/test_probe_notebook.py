"""Where in a notebook an error was raised, and whose frames its traceback shows."""

import nbformat
import pytest

from grader.probe.notebook import SKIPPED, _own_frames, _place

NOTEBOOK = nbformat.v4.new_notebook(
    cells=[
        nbformat.v4.new_markdown_cell("# Lab"),
        nbformat.v4.new_code_cell("import torch"),
        nbformat.v4.new_code_cell(""),
        nbformat.v4.new_code_cell("# SOLUTION", metadata={"tags": [SKIPPED]}),
        nbformat.v4.new_code_cell("def f():\n    raise ValueError"),
        nbformat.v4.new_code_cell("f()"),
    ]
)
TRACEBACK = (
    "ValueError  Traceback\n\x1b[36mCell\x1b[39m \x1b[32mIn[3]\x1b[39m, line 1\n----> 1 f()\n\n"
    "File /box/grader_probe/hooks.py:99, in call\n     99 original()\n\n"
    "Cell In[2], line 2, in f()\n----> 2 raise ValueError\n\nValueError: planned"
)


def test_the_innermost_line_of_the_students_counts_cells_as_the_student_sees_them() -> None:
    assert _place(NOTEBOOK, TRACEBACK) == {"cell": 4, "line": 2}


@pytest.mark.parametrize("text", ["ValueError: no frame at all", "Cell In[99], line 1"])
def test_a_traceback_without_a_known_cell_has_no_place(text: str) -> None:
    assert _place(NOTEBOOK, text) == {}


def test_frames_of_the_probe_are_left_out() -> None:
    shown = _own_frames(TRACEBACK)
    assert "grader_probe" not in shown
    assert "raise ValueError" in shown
    assert shown.endswith("ValueError: planned")
