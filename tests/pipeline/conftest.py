"""The whole path of a submission with actors in place of the sandboxes."""

from pathlib import Path
from typing import Any

import pytest
from data_files import write_mnist
from fakes import TRAIN, VALID, Actors, Graded, use

from grader.discovery import find_submission
from grader.model.grade import Grade
from grader.pipeline import Request, check_submission, prepare
from grader.pipeline.path import Examined
from grader.pipeline.setup import standard


@pytest.fixture
def graded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Graded:
    """Grade a submission to lab 1 that the given actors play; options are those of a request."""
    monkeypatch.setenv("GRADER_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("GRADER_COURSE", raising=False)
    data = write_mnist(tmp_path / "data", TRAIN, VALID)
    (tmp_path / "lab.py").write_text("print('the submission ran')\n")

    def grade(
        actors: Actors, device: str = "cpu", seed: int = 0, threads: int = 1, **options: Any
    ) -> tuple[Examined, Grade]:
        use(monkeypatch, actors)
        request = Request("lab1", data=data, device=device, seed=seed, threads=threads, **options)
        setup = prepare(request)
        judged_by = standard(setup.course, "lab1", setup.data.profile)
        return check_submission(find_submission(tmp_path / "lab.py"), setup, judged_by)

    return grade
