"""The command as a user has it: a directory, arguments, an exit code and two streams."""

import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from builders import baseline, criterion
from endings import Command, Ended

from grader.cli import main as cli_main


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with a submission and no data; caches and data of the user are elsewhere."""
    monkeypatch.setenv("GRADER_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GRADER_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delenv("GRADER_COURSE", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lab.py").write_text("x = 1\n")
    return tmp_path


@pytest.fixture
def grader(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, here: Path
) -> Iterator[Command]:
    """Run the command and return (exit code, stdout, stderr)."""

    def command(*arguments: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["grader", *map(str, arguments)])
        with pytest.raises(SystemExit) as caught:
            cli_main.main()
        captured = capsys.readouterr()
        assert isinstance(caught.value.code, int)
        return caught.value.code, captured.out, captured.err

    before = {number: signal.getsignal(number) for number in map(int, signal.valid_signals())}
    yield command
    for number, handler in before.items():
        if signal.getsignal(number) is not handler:
            signal.signal(number, handler)


OWN_CHECK = """
from grader.checks.interface import Check, NoParameters
from grader.model.verdict import met

CHECK = Check("always", "Always met.", NoParameters, lambda *_: met("It is.", "It is."))
"""


@pytest.fixture
def course(here: Path) -> Path:
    """A course with one lab and a check of its own."""
    folder = here / "course"
    for name in ("assignments/lab9", "rubrics/baselines", "checks"):
        (folder / name).mkdir(parents=True)
    assignment = {
        "schema": 1,
        "slug": "lab9",
        "title": "Lab 9",
        "dataset": {"name": "mnist"},
        "classes": list("0123456789"),
    }
    (folder / "assignments/lab9/assignment.yaml").write_text(yaml.safe_dump(assignment))
    rules = {"schema": 1, "assignment": "lab9", "pass_mark": 0.5}
    own = rules | {"criteria": [criterion("a", "always")]}
    (folder / "rubrics/lab9.yaml").write_text(yaml.safe_dump(own))
    text = baseline("lab9").model_dump_json(by_alias=True)
    (folder / "rubrics/baselines/lab9.practice.json").write_text(text)
    (folder / "checks/always.py").write_text(OWN_CHECK)
    return folder
