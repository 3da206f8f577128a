"""The measuring process: started once and early, asked several times, never left behind."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from builders import artefact, preprocessing

from grader.errors import Fault
from grader.intake.measure import NotMeasured
from grader.model.run import Limits, Outcome, ProcessEnd
from grader.pipeline.evaluator import Evaluator
from grader.sandbox.interface import Job, Watch


def answering(job: Job) -> Iterator[ProcessEnd | None]:
    """Answer every task, as the real program does; end when told to."""
    number = 1
    tasks = job.inputs["tasks"]
    while not (tasks / "end").exists():
        if (tasks / f"{number}.json").exists():
            (job.outbox / f"done-{number}").touch()
            number += 1
        yield None
    yield ProcessEnd(outcome=Outcome.OK, exit_code=0)


def failing(job: Job) -> Iterator[ProcessEnd | None]:
    """Die at the first task."""
    while not (job.inputs["tasks"] / "1.json").exists():
        yield None
    yield ProcessEnd(outcome=Outcome.ERROR, exit_code=1, stderr="Traceback\nMemoryError: full\n")


def deaf(job: Job) -> Iterator[ProcessEnd | None]:
    """Never answer and never end."""
    while True:
        yield None


@dataclass
class FakeBackend:
    """Runs a generator in place of a process, and remembers what it was asked."""

    program: Callable[[Job], Iterator[ProcessEnd | None]]
    jobs: list[Job] = field(default_factory=list)
    alive: threading.Event = field(default_factory=threading.Event)

    def run(self, job: Job, watch: Watch | None = None) -> ProcessEnd:
        self.jobs.append(job)
        self.alive.set()
        try:
            for end in self.program(job):
                if end is not None:
                    return end
                if watch is not None:
                    watch()
                time.sleep(0.005)
        finally:
            self.alive.clear()
        raise AssertionError("the program has no end")


def evaluator(folder: Path, backend: FakeBackend) -> Evaluator:
    images = folder / "images.npy"
    np.save(images, np.zeros((4, 28, 28), np.uint8))
    split = SimpleNamespace(images_file=images)
    setup: Any = SimpleNamespace(
        data=SimpleNamespace(train=split, valid=split, holdout=None),
        assignment=SimpleNamespace(limits=Limits(wall_s=60)),
        course=SimpleNamespace(private_folders=lambda: ()),
        chosen=SimpleNamespace(backend=backend),
        device="cpu",
        seed=0,
    )
    return Evaluator(setup, folder / "evaluator")


def test_one_process_answers_several_tasks(tmp_path: Path) -> None:
    backend = FakeBackend(answering)
    with evaluator(tmp_path, backend) as session:
        session.start()
        session.start()
        folders = {session.predict(artefact(), preprocessing(), [], 0.01) for _ in range(2)}
    assert len(backend.jobs) == len(folders) == 1
    assert not backend.alive.is_set()


def test_it_is_never_shown_a_label(tmp_path: Path) -> None:
    backend = FakeBackend(answering)
    with evaluator(tmp_path, backend) as session:
        session.start()
        names = {path.name for path in backend.jobs[0].inputs["images"].iterdir()}
    assert names == {"train.npy", "valid.npy"}
    assert backend.jobs[0].inputs.keys() == {"grader_evaluator", "artefact", "tasks", "images"}


def test_a_process_that_dies_is_a_fault_with_its_last_words(tmp_path: Path) -> None:
    with (
        evaluator(tmp_path, FakeBackend(failing)) as session,
        pytest.raises(Fault, match=r"ended with error: MemoryError: full"),
    ):
        session.predict(artefact(), preprocessing(), [], 0.01)


def test_a_process_that_does_not_answer_in_time_measures_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.pipeline.evaluator.LEAST_S", 0.1)
    with (
        evaluator(tmp_path, FakeBackend(deaf)) as session,
        pytest.raises(NotMeasured, match="takes more than 0 seconds"),
    ):
        session.predict(artefact(), preprocessing(), [], 0.01)


def test_a_process_that_does_not_end_is_ended(tmp_path: Path) -> None:
    backend = FakeBackend(deaf)
    with evaluator(tmp_path, backend) as session:
        session.start()
        assert backend.alive.wait(5)
    assert not backend.alive.is_set()


def test_where_nothing_was_trained_no_process_is_started(tmp_path: Path) -> None:
    backend = FakeBackend(answering)
    with evaluator(tmp_path, backend):
        pass
    assert backend.jobs == []
