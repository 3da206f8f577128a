"""A save is noticed when it changes the code, however an editor writes it."""

import json
import os
import threading
import time
from pathlib import Path

import pytest

from grader.discovery import open_submission
from grader.model.submission import Submission
from grader.watch.saves import Saves


def notebook(code: str, output: str = "") -> str:
    outputs = [{"output_type": "stream", "name": "stdout", "text": output}]
    cell = {"cell_type": "code", "source": code, "outputs": outputs, "metadata": {}}
    return json.dumps({"cells": [cell], "nbformat": 4, "nbformat_minor": 5, "metadata": {}})


def found(path: Path) -> Submission:
    with open_submission(path) as submission:
        return submission


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "lab.py"
    path.write_text("x = 1\n")
    return path


@pytest.fixture
def saves(script: Path) -> Saves:
    noted = Saves()
    noted.note(found(script))
    return noted


def test_nothing_has_changed_at_first(saves: Saves) -> None:
    assert not saves.changed()


def test_other_code_is_noticed(saves: Saves, script: Path) -> None:
    script.write_text("x = 2\n")
    assert saves.changed()


def test_saving_the_same_code_again_is_no_change(saves: Saves, script: Path) -> None:
    os.utime(script, (1, 1))
    assert not saves.changed()


def test_a_file_that_is_replaced_is_noticed(saves: Saves, script: Path) -> None:
    other = script.with_name(".lab.py.swp")
    other.write_text("y = 1\n")
    os.utime(other, ns=(script.stat().st_atime_ns, script.stat().st_mtime_ns))
    os.replace(other, script)
    assert saves.changed()


def test_a_file_that_is_gone_for_a_moment_is_no_change(saves: Saves, script: Path) -> None:
    script.unlink()
    back = threading.Timer(0.05, lambda: script.write_text("x = 1\n"))
    back.start()
    assert not saves.changed()
    back.join()
    assert not saves.changed()


def test_a_file_that_is_gone_is_told_once_and_awaited(saves: Saves, script: Path) -> None:
    script.unlink()
    assert saves.changed()
    saves.renew()
    assert not saves.changed()
    script.write_text("x = 1\n")
    assert saves.changed()


@pytest.mark.parametrize(
    ("code", "output", "changed"), [("1", "other", False), ("2", "", True)], ids=["output", "code"]
)
def test_of_a_notebook_only_the_code_counts(
    tmp_path: Path, code: str, output: str, changed: bool
) -> None:
    path = tmp_path / "lab.ipynb"
    path.write_text(notebook("1"))
    saves = Saves()
    saves.note(found(path))
    path.write_text(notebook(code, output))
    assert saves.changed() is changed


def test_half_a_notebook_is_noticed_too(tmp_path: Path) -> None:
    path = tmp_path / "lab.ipynb"
    path.write_text(notebook("1"))
    saves = Saves()
    saves.note(found(path))
    path.write_text(notebook("1")[:40])
    assert saves.changed()


def test_a_module_beside_the_program_is_awaited_where_it_is_missing(
    saves: Saves, script: Path
) -> None:
    saves.expect(found(script), ["helper"])
    assert not saves.changed()
    (script.parent / "helper.py").write_text("y = 1\n")
    assert saves.changed()


def test_a_save_in_several_steps_is_over_when_the_last_is(saves: Saves, script: Path) -> None:
    def write() -> None:
        for size in range(1, 6):
            script.write_text("y = 1\n" * size)
            time.sleep(0.05)

    writing = threading.Thread(target=write)
    writing.start()
    saved_s = saves.wait()
    assert not writing.is_alive()
    assert saved_s == pytest.approx(script.stat().st_mtime, rel=0, abs=1e-3)
    assert script.read_text() == "y = 1\n" * 5
