"""A program that is asked where it is, and one that crashes the interpreter."""

from pathlib import Path

import pytest
from whole import notebook, run

from grader.intake.stopped import read_stopped
from grader.model.source import Place


@pytest.fixture
def box(tmp_path: Path) -> Path:
    """Where every sandbox has its root, whatever lies above."""
    place = tmp_path / "box"
    place.mkdir()
    return place


ASKED = "import os, signal\ndef asked():\n    os.kill(os.getpid(), signal.SIGUSR1)\nasked()\n"


def test_it_says_the_line(box: Path) -> None:
    run(box, ASKED)
    assert read_stopped(box / "outbox") == Place(file="lab.py", line=3)


def test_a_notebook_says_cell_and_line(box: Path) -> None:
    run(box, notebook("1 + 1", ASKED), kind="notebook")
    assert read_stopped(box / "outbox") == Place(cell=2, line=3)


def test_so_does_one_that_crashed_inside_a_library(box: Path) -> None:
    with pytest.raises(FileNotFoundError):  # it had no time to write down how it ended
        run(box, "import ctypes\n\nctypes.string_at(0)\n")
    assert read_stopped(box / "outbox") == Place(file="lab.py", line=3)
