"""Sessions of pytest that grade, inside this one: the grade is played."""

import sys
from pathlib import Path

import pytest
import yaml
from played import RUBRIC, Grader, Session

import grader
from grader import pytest_plugin


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with a submission and a rubric."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GRADER_COURSE", raising=False)
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    (tmp_path / "lab.py").write_text("raise SystemExit('nobody runs this')\n")
    (tmp_path / "rubric.yaml").write_text(yaml.safe_dump(RUBRIC))
    return tmp_path


@pytest.fixture
def actor(monkeypatch: pytest.MonkeyPatch) -> Grader:
    """Who grades."""
    found = Grader()
    monkeypatch.setattr(grader, "grade", found, raising=False)
    return found


@pytest.fixture
def session(
    here: Path, actor: Grader, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Session:
    """Grade lab 1 by the rubric that lies ``here``, with the arguments given besides."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setattr(sys, "path", [*sys.path])
    ours = "-p no:cacheprovider -p no:faulthandler -s".split()

    def run(*arguments: str) -> tuple[int, str]:
        asked = ["--grade", "lab1", "--grade-rubric", str(here / "rubric.yaml")]
        code = pytest.main([*ours, *asked, *arguments], plugins=[pytest_plugin])
        captured = capsys.readouterr()
        return int(code), captured.out + captured.err

    return run
