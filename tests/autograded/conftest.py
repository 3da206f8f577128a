"""A container of lab 1 on the tiny practice data."""

from pathlib import Path

import pytest
from container import Container

from grader.autograded.place import HOME


@pytest.fixture
def container(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Container:
    made = Container(tmp_path)
    monkeypatch.setenv(HOME, str(made.home))
    monkeypatch.delenv("GRADER_COURSE", raising=False)
    return made
