"""The process that measures fails: what else is known counts, and a person sees the rest."""

import contextlib
import json
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest
from fakes import Actors, Task, answer_rightly, scores_of, train_honestly
from kept import Check, assert_clean, assert_fault, assert_regraded

from grader.model.run import Outcome, ProcessEnd
from grader.pipeline.evaluator import PROGRAM
from grader.sandbox.interface import Job, Watch
from grader.sandbox.plain import Plain

Evaluator = Callable[[Job, Task], ProcessEnd]


def ending(outcome: Outcome, **how: object) -> Evaluator:
    """A process that ends that way without an answer."""
    return lambda job, task: ProcessEnd(outcome=outcome, **how)  # type: ignore[arg-type]


def answering(name: str, content: bytes) -> Evaluator:
    """A process that leaves this in place of one of its answers."""

    def evaluator(job: Job, task: Task) -> ProcessEnd:
        end = answer_rightly(job, task)
        (job.outbox / name).write_bytes(content)
        return end

    return evaluator


def raising(job: Job, task: Task) -> ProcessEnd:
    """A backend with a bug."""
    raise ZeroDivisionError("division by zero")


def for_another(job: Job, task: Task) -> ProcessEnd:
    """Answers to what was not asked: other snapshots, of other data."""
    end = answer_rightly(job, task)
    for path in job.outbox.glob("logits-*.npy"):
        path.unlink()
    np.save(job.outbox / "logits-valid-epoch-00099.npy", scores_of(7))
    return end


def of_other_rows(job: Job, task: Task) -> ProcessEnd:
    """Answers for another number of images."""
    end = answer_rightly(job, task)
    np.save(job.outbox / "logits-valid-epoch-00005.npy", scores_of(7))
    return end


DISK_FULL = "Traceback\nOSError: [Errno 28] No space left on device"
FAILURES: dict[str, tuple[Evaluator, str]] = {
    "killed": (ending(Outcome.SIGNAL, signal="SIGKILL"), "with signal: SIGKILL. The machine may"),
    "out of memory": (ending(Outcome.MEMORY, detail="It used 9000 MB."), "It used 9000 MB"),
    "out of disk": (ending(Outcome.ERROR, exit_code=1, stderr=DISK_FULL), "Make room on the disk"),
    "no sandbox": (ending(Outcome.FAULT, detail="The sandbox did not start."), "did not start"),
    "a bug": (raising, "could not be started: ZeroDivisionError"),
    "no JSON": (answering("result.json", b"{'layers': ["), "result.json is not JSON"),
    "no figures": (answering("result.json", b"{}"), "result.json has a wrong value"),
    "no scores": (answering("logits-train-epoch-00005.npy", b"\0"), "cannot be read"),
    "another's answer": (for_another, "the evaluator left no logits-valid-epoch-00004.npy"),
    "other images": (of_other_rows, "does not hold one row of class scores per image"),
}


@pytest.mark.parametrize("what", FAILURES)
def test_a_measurement_that_fails_never_costs_points(
    check: Check, grader: Check, here: Path, what: str
) -> None:
    evaluator, words = FAILURES[what]
    grade = assert_fault(check(Actors(evaluator=evaluator)), "could not be measured", words)
    assert (grade["score"], grade["run"]["outcome"]) == (20, "ok")
    assert_clean(here)
    assert_regraded(grader)
    assert check(Actors()).code in (0, 1)


class Measuring(Plain):
    """The submission is played; the process that measures is real."""

    def __init__(self) -> None:
        super().__init__()
        self.started = threading.Event()

    def run(self, job: Job, watch: Watch | None = None) -> ProcessEnd:
        if "submission" in job.inputs:
            return train_honestly(job)
        self.started.set()
        return super().run(job, watch)


def test_a_program_that_is_not_installed_whole_is_a_fault(
    check: Check, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = here / "evaluator"
    shutil.copytree(PROGRAM, program)
    (program / "start.py").write_text("raise ImportError('no torch')\n")
    monkeypatch.setattr("grader.pipeline.evaluator.PROGRAM", program)
    assert_fault(check(Measuring()), "with error: ImportError: no torch", "Grade it again")
    assert_clean(here)


def evaluators() -> list[psutil.Process]:
    """The measuring processes that this one started and that live; a zombie has no command line."""
    found = []
    for one in psutil.Process().children():
        with contextlib.suppress(psutil.Error):
            if "grader_evaluator/start.py" in " ".join(one.cmdline()):
                found.append(one)
    return found


def test_a_process_that_somebody_kills_is_a_fault(check: Check, here: Path) -> None:
    backend = Measuring()

    def kill() -> None:
        backend.started.wait(30)
        until = time.monotonic() + 30
        while time.monotonic() < until:
            for one in evaluators():
                os.kill(one.pid, signal.SIGKILL)
                return
            time.sleep(0.02)

    killer = threading.Thread(target=kill)
    killer.start()
    ended = check(backend)
    killer.join()
    assert_fault(ended, "with signal: SIGKILL")
    assert_clean(here)


def test_a_process_that_hangs_is_a_fault(
    check: Check, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = here / "evaluator"
    program.mkdir()
    (program / "start.py").write_text("import time\ntime.sleep(600)\n")
    monkeypatch.setattr("grader.pipeline.evaluator.PROGRAM", program)
    monkeypatch.setattr("grader.pipeline.evaluator.LEAST_S", 0.5)
    assert_fault(check(Measuring()), "takes more than 0 seconds")
    assert evaluators() == []
    assert_clean(here)


FULL = OSError(28, "No space left on device")


@pytest.mark.parametrize("name", ["artefact", "tasks", "images", "answers", "1.part", "end"])
def test_no_room_for_what_is_handed_to_it_never_costs_points(
    check: Check, here: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Every write on the way to the measurement fails in turn."""

    def failing(usual: Callable[..., object]) -> Callable[..., object]:
        def write(path: Path, *arguments: object, **options: object) -> object:
            if path.name == name and "evaluator" in path.parts:
                raise FULL
            return usual(path, *arguments, **options)

        return write

    with monkeypatch.context() as patch:
        for method in ("mkdir", "write_text", "touch"):
            patch.setattr(Path, method, failing(getattr(Path, method)))
        ended = check(Actors())
    if name == "end":  # it has answered: only its ending is not told to it
        assert ended.code in (0, 1), ended
    else:
        assert assert_fault(ended, "No space left", "Make room")["score"] == 20
    assert_clean(here)


def test_a_stored_fault_can_be_judged_again_and_keeps_saying_so(
    check: Check, grader: Check, here: Path
) -> None:
    check(Actors(evaluator=raising))
    before = json.loads((here / "results/lab1/lab/grade.json").read_text())
    (here / "results/lab1/lab/grade.json").unlink()
    assert_regraded(grader)
    assert json.loads((here / "results/lab1/lab/grade.json").read_text()) == before
