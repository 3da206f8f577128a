"""What fails before any student code runs is the grader's fault, and never costs a point."""

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from fakes import Actors, Graded, train_honestly

from grader.model.evidence import GapKind
from grader.model.grade import Grade
from grader.model.run import Outcome, ProcessEnd
from grader.model.verdict import Verdict
from grader.pipeline.path import Examined
from grader.sandbox.interface import Job
from grader.sandbox.plain import Plain

RAN = "the submission ran"


def assert_fault(examined: Examined, grade: Grade, words: str) -> None:
    """The run is our fault, for that reason; there is no score, and a person is asked."""
    found = examined.evidence
    assert found.run.outcome is grade.run.outcome is Outcome.FAULT
    assert found.gap is not None
    assert found.gap.kind is GapKind.FAULT
    assert found.measurements is None
    assert words in found.gap.reason
    assert {item.verdict for item in grade.criteria} <= {Verdict.MET, Verdict.FAULT}
    assert (grade.score, grade.passed) == (None, False)
    assert grade.provisional
    assert grade.needs_review
    assert any(words in reason for reason in grade.reasons)


def no_sandbox(job: Job) -> ProcessEnd:
    """A sandbox that cannot be made."""
    return ProcessEnd(outcome=Outcome.FAULT, detail="The sandbox did not start: no space left.")


def test_a_sandbox_that_does_not_start_is_a_fault(graded: Graded) -> None:
    actors = Actors(no_sandbox)
    assert_fault(*graded(actors), "no space left")
    assert len(actors.jobs) == 1  # and nothing is measured


def test_a_fault_without_a_word_still_has_a_reason(graded: Graded) -> None:
    examined, grade = graded(Actors(lambda job: ProcessEnd(outcome=Outcome.FAULT)))
    assert_fault(examined, grade, "")
    assert examined.evidence.gap is not None
    assert examined.evidence.gap.reason


@contextmanager
def interpreter(path: str) -> Iterator[None]:
    """The grader runs under another interpreter."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "executable", path)
        yield


def test_an_interpreter_that_cannot_be_started_is_a_fault(graded: Graded) -> None:
    def student(job: Job) -> ProcessEnd:
        with interpreter("/nowhere/python"):
            return Plain().run(job)

    assert_fault(*graded(Actors(student)), "/nowhere/python")


def with_settings(text: str | None) -> Callable[[Job], ProcessEnd]:
    """The real probe in a real process, with these settings in place of ours."""

    def student(job: Job) -> ProcessEnd:
        folder: Path = job.inputs["settings"].with_name("damaged")
        folder.mkdir()
        if text is not None:
            (folder / "settings.json").write_text(text)
        return Plain().run(replace(job, inputs={**job.inputs, "settings": folder}))

    return student


@pytest.mark.parametrize(
    ("settings", "words"),
    [(None, "FileNotFoundError"), ("{", "JSONDecodeError"), ('{"main": "lab.py"}', "TypeError")],
)
def test_a_probe_that_cannot_be_prepared_is_a_fault_and_runs_nothing(
    graded: Graded, settings: str | None, words: str
) -> None:
    examined, grade = graded(Actors(with_settings(settings), begins=False))
    assert_fault(examined, grade, words)
    assert "could not be prepared" in examined.evidence.run.detail
    assert RAN not in examined.logs.stdout


def without_submission(job: Job) -> ProcessEnd:
    """The real probe in a real process that is not shown the submission."""
    inputs = {name: path for name, path in job.inputs.items() if name != "submission"}
    return Plain().run(replace(job, inputs=inputs))


def test_a_submission_that_cannot_be_copied_is_a_fault(graded: Graded) -> None:
    examined, grade = graded(Actors(without_submission, begins=False))
    assert_fault(examined, grade, "FileNotFoundError")
    assert RAN not in examined.logs.stdout


def test_a_submission_cannot_speak_in_our_voice(graded: Graded) -> None:
    def student(job: Job) -> ProcessEnd:
        end = train_honestly(job)
        (job.outbox / "ending.json").write_text('{"status": "fault", "reason": "disk full"}')
        return end

    examined, grade = graded(Actors(student))
    assert grade.run.outcome is Outcome.ERROR
    assert "ended its own process" in examined.evidence.run.detail
    assert not any("disk full" in reason for reason in grade.reasons)


def with_broken_install(job: Job, text: str) -> ProcessEnd:
    """Run a job for real with a probe that cannot be installed."""
    probe = job.inputs["settings"].with_name("damaged")
    shutil.copytree(job.inputs["grader_probe"], probe)
    (probe / "install.py").write_text(text)
    return Plain().run(replace(job, inputs={**job.inputs, "grader_probe": probe}))


def test_a_fault_with_a_long_reason_is_still_a_fault(graded: Graded) -> None:
    actors = Actors(
        lambda job: with_broken_install(job, "raise ImportError('no ' * 2000)"), begins=False
    )
    assert_fault(*graded(actors), "ImportError: no no")


def test_a_kernel_that_does_not_start_is_a_fault(graded: Graded) -> None:
    def student(job: Job) -> ProcessEnd:
        cells = [nbformat.v4.new_code_cell("print(1)")]
        notebook = job.inputs["submission"] / "lab.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=cells), notebook)
        settings = job.inputs["settings"] / "settings.json"
        changed = {"main": notebook.name, "kind": "notebook"}
        settings.write_text(json.dumps(json.loads(settings.read_text()) | changed))
        return with_broken_install(job, "raise ImportError('torch is broken')")

    assert_fault(*graded(Actors(student, begins=False)), "the kernel did not start")
