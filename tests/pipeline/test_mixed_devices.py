"""A program that leaves its model on the CPU fails on a GPU only: it is told so, and graded."""

from dataclasses import replace
from pathlib import Path

import pytest
from builders import claims, measurements, run_figures

from grader.data.practice import PracticeSize
from grader.discovery import find_submission
from grader.model.evidence import Claims, Crash
from grader.model.run import Outcome
from grader.pipeline import Request, examine, path, prepare
from grader.pipeline.run import Ran
from grader.pipeline.setup import Setup
from grader.results.store import Logs

SAID = (
    "Expected all tensors to be on the same device, but found at least two devices, cuda:0 and cpu!"
)


def stopped(message: str) -> Claims:
    return claims(crash=Crash(type="RuntimeError", message=message))


def devices_tried(
    monkeypatch: pytest.MonkeyPatch, folder: Path, device: str, message: str
) -> tuple[list[str], tuple[str, ...]]:
    """Run a program that stops with ``message`` on anything but the CPU."""
    tried: list[str] = []

    def run(submission: object, source: object, setup: Setup, hear: object) -> Ran:
        tried.append(setup.device)
        works = setup.device == "cpu"
        said = claims() if works else stopped(message)
        figures = run_figures() if works else run_figures(Outcome.ERROR, exit_code=1)
        return Ran(figures, said, measurements(), (), Logs("", "", None))

    monkeypatch.setattr(path, "run", run)
    (folder / "lab.py").write_text("import torch\n")
    request = Request("lab1", practice=True, practice_size=PracticeSize.TINY, device="cpu")
    setup = replace(prepare(request), device=device)
    evidence = examine(find_submission(folder / "lab.py"), setup).evidence
    assert evidence.device == tried[-1]
    return tried, evidence.notes


def test_it_is_run_again_on_the_cpu_with_an_explanation(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tried, notes = devices_tried(monkeypatch, tmp_path, "cuda:0", SAID)
    assert tried == ["cuda:0", "cpu"]
    assert "Move both: model.to(device), and each batch." in notes[-1]


def test_another_error_on_a_gpu_is_the_programs_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tried, notes = devices_tried(monkeypatch, tmp_path, "cuda:0", "CUDA out of memory")
    assert (tried, notes) == (["cuda:0"], ())
