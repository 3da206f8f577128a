"""The command with a fault injected: what it says, and what it keeps."""

import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from data_files import write_mnist
from fakes import TRAIN, VALID, use
from kept import Check, Ended

from grader.cli import main as cli_main
from grader.sandbox.interface import Backend


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with a submission, its data, and a folder of its own for temporary files."""
    for name in ("HOME", "GRADER_DATA_HOME", "GRADER_CACHE_HOME", "TMPDIR"):
        (tmp_path / name).mkdir()
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.delenv("GRADER_COURSE", raising=False)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "TMPDIR"))
    monkeypatch.chdir(tmp_path)
    write_mnist(tmp_path / "data", TRAIN, VALID)
    (tmp_path / "lab.py").write_text("print('the submission ran')\n")
    return tmp_path


@pytest.fixture
def grader(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Check]:
    """Run the command and return how it ended."""

    def command(*arguments: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["grader", *map(str, arguments)])
        with pytest.raises(SystemExit) as caught:
            cli_main.main()
        captured = capsys.readouterr()
        assert isinstance(caught.value.code, int)
        return Ended(caught.value.code, captured.out, captured.err)

    before = {number: signal.getsignal(number) for number in map(int, signal.valid_signals())}
    yield command
    for number, handler in before.items():
        if signal.getsignal(number) is not handler:
            signal.signal(number, handler)


@pytest.fixture
def check(grader: Check, monkeypatch: pytest.MonkeyPatch) -> Check:
    """Check the submission with a backend: actors, or real processes without isolation."""

    def command(backend: Backend, *options: object) -> Ended:
        with monkeypatch.context() as patch:
            use(patch, backend)
            return grader("check", "lab1", "lab.py", "--device", "cpu", "--threads", 1, *options)

    return command
