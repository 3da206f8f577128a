"""Sessions of pytest that grade, inside this one: the grade is played."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from played import RUBRIC, played

import grader
from grader import pytest_plugin
from grader.model.grade import Grade

Session = Callable[..., tuple[int, str]]
"""Run pytest with arguments; returns its exit code and what it wrote."""


@dataclass
class Grader:
    """Plays ``grader.grade``; ``asked`` are the names of the submissions it was called for."""

    answer: Grade | BaseException = field(default_factory=played)
    asked: list[str] = field(default_factory=list)
    options: dict[str, Any] = field(default_factory=dict)

    def __call__(self, assignment: str, submission: Path, **options: Any) -> Grade:
        """Remember it, and answer."""
        self.asked.append(submission.name)
        self.options = options
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


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
