"""A bug in the command itself, and an installation that cannot even be loaded."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from fakes import Actors
from kept import Check, assert_said

ROOT = Path(__file__).parents[2]


def raising(*_: object, **__: object) -> Any:
    raise KeyError("a bug\nin two lines")


@pytest.mark.parametrize(
    "stage",
    [
        "grader.cli.first.say_first",
        "grader.pipeline.checked.standard",
        "grader.pipeline.checked.require_writable",
        "grader.pipeline.path.look_at_source",
        "grader.cli.show.show_grade",
    ],
)
def test_a_bug_is_one_sentence_with_a_log_to_report(
    check: Check, here: Path, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(stage, raising)
        ended = check(Actors())
    assert_said(ended, "KeyError", "This is the grader's own failure", "please report it with")
    assert ended.err.count("\n") == 1
    (log,) = (here / "TMPDIR").iterdir()
    assert str(log) in ended.err
    assert "Traceback" in log.read_text()
    assert check(Actors()).code in (0, 1)


def test_a_bug_that_cannot_be_written_down_is_one_sentence_too(
    check: Check, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.pipeline.checked.standard", raising)
    monkeypatch.setattr(tempfile, "tempdir", str(here / "gone"))
    ended = check(Actors())
    assert_said(ended, "KeyError", "TMPDIR")
    assert ended.err.count("\n") == 1


@pytest.mark.parametrize("missing", ["cli/main.py", "cli/check.py", "errors.py"])
def test_an_installation_that_cannot_be_loaded_is_no_failing_grade(
    here: Path, missing: str
) -> None:
    shutil.copytree(ROOT / "grader", here / "grader", ignore=shutil.ignore_patterns("__pycache__"))
    (here / "grader" / missing).unlink()
    done = subprocess.run(
        [sys.executable, "-m", "grader", "check", "lab1", "lab.py"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(here)},
    )
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("fault: the grader cannot be loaded (")
    assert "install it again" in done.stderr
    assert done.stderr.count("\n") == 1
