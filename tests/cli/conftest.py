"""The command as a user has it: a directory, arguments, an exit code and two streams."""

import sys
from pathlib import Path

import pytest
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
) -> Command:
    """Run the command and return (exit code, stdout, stderr)."""

    def command(*arguments: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["grader", *map(str, arguments)])
        with pytest.raises(SystemExit) as caught:
            cli_main.main()
        captured = capsys.readouterr()
        assert isinstance(caught.value.code, int)
        return caught.value.code, captured.out, captured.err

    return command
