"""What reading a program shows is said before anything that takes its time."""

import subprocess
import sys
from pathlib import Path

import pytest
from endings import Command

from grader.errors import DataError
from grader.pipeline import checked

BROKEN = "import torch\nfor in x:\n"
FINDING = "line 2 of broken.py: invalid syntax"


@pytest.fixture
def unprepared(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which nothing can be prepared."""

    def prepare(request: object) -> None:
        raise DataError("there is no data")

    monkeypatch.setattr(checked, "prepare", prepare)


@pytest.mark.usefixtures("unprepared")
def test_a_finding_does_not_wait_for_data_and_a_sandbox(grader: Command, here: Path) -> None:
    (here / "broken.py").write_text(BROKEN)
    code, out, err = grader("check", "lab1", "broken.py")
    assert (code, out.strip()) == (2, FINDING)
    assert err == "error: there is no data\n"


@pytest.mark.usefixtures("unprepared")
def test_who_asks_for_json_gets_nothing_else(grader: Command, here: Path) -> None:
    (here / "broken.py").write_text(BROKEN)
    assert grader("check", "lab1", "broken.py", "--json")[1] == ""


@pytest.mark.usefixtures("unprepared")
def test_a_module_that_a_cell_writes_is_not_called_missing(grader: Command, here: Path) -> None:
    (here / "lab.ipynb").write_text(
        '{"cells": [{"cell_type": "code", "source": "%%writefile utils.py\\nx = 1"},'
        ' {"cell_type": "code", "source": "import cv2\\nfrom utils import x"}]}'
    )
    out = grader("check", "lab1", "lab.ipynb")[1]
    assert out == "cell 2, line 1 imports cv2, which is neither handed in nor installed.\n"


def test_the_first_finding_waits_for_no_heavy_package(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text(BROKEN)
    program = (
        "import sys\n"
        "from grader.cli import first, main\n"
        "heavy = {'torch', 'numpy', 'pandas', 'matplotlib', 'jinja2', 'grader.sandbox'}\n"
        "first.early = lambda source: sys.exit(', '.join(heavy & set(sys.modules)) or 7)\n"
        "main.app(['check', 'lab1', sys.argv[1]], standalone_mode=False)\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "broken.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 7, done.stderr
