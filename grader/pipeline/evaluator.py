"""Sandbox B from the host's side: one process that measures, started before it is needed.

Theory of operation. Most of the cost of a measurement is importing torch. The process is therefore
started as soon as the submission has finished its first epoch, imports beside it, and waits for a
task; when the submission ends, the answer comes at once. It still shares nothing with student
code: it is a sandbox of its own that sees images without labels and an artefact that the host
copied. Tasks and answers are files, see ``grader/evaluator/start.py``.
"""

import contextlib
import time
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Self

import numpy as np

from grader.data.stage import link
from grader.errors import Fault
from grader.intake.artefact import Artefact
from grader.intake.evaluation import write_task
from grader.intake.measure import NotMeasured
from grader.model.evidence import Preprocessing
from grader.model.run import Outcome, ProcessEnd
from grader.pipeline.execute import environment
from grader.pipeline.faults import unexpected
from grader.pipeline.setup import Setup
from grader.sandbox.interface import Job

PROGRAM = Path(__file__).parent.parent / "evaluator"
LEAST_S = 300
"""What one task may take at least: the first one waits for torch, too."""
TIMES = 2
"""How many times the run itself. To measure is a fraction of training, one epoch of it apart."""
_POLL_S = 0.02


class _Closed(BaseException):
    """Raised inside the watch of the process to end it at once."""


class Evaluator:
    """Measures what one submission left; a context manager, for the process must not outlive it.

    ``artefact`` is where the captured model has to be put before the first task.
    """

    def __init__(self, setup: Setup, folder: Path) -> None:
        self.setup = setup
        self.folder = folder
        self.artefact = folder / "artefact"
        self._pool = ThreadPoolExecutor(1)
        self._running: Future[ProcessEnd] | None = None
        self._tasks = 0
        self._closed = False

    def start(self) -> Future[ProcessEnd]:
        """Start the process unless it was started before; the result is how it ends."""
        if self._running is not None:
            return self._running
        for name in ("artefact", "tasks", "images", "answers"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self._copy_images()
        limits = self.setup.assignment.limits
        job = Job(
            command=("grader_evaluator/start.py",),
            inputs={
                "grader_evaluator": PROGRAM,
                **{name: self.folder / name for name in ("artefact", "tasks", "images")},
            },
            outbox=self.folder / "answers",
            # It waits for the submission first, and may be asked twice.
            limits=limits.model_copy(
                update={"wall_s": limits.wall_s + 2 * _budget_s(limits.wall_s)}
            ),
            environment=environment(self.setup),
            hidden=self.setup.course.private_folders(),
            gpu=None if self.setup.device == "cpu" else self.setup.device,
        )
        self._running = self._pool.submit(self.setup.chosen.backend.run, job, self._watch)
        return self._running

    def _copy_images(self) -> None:
        """Images without labels: the process has no use for any."""
        data = self.setup.data
        splits = {"train": data.train, "valid": data.valid}
        if data.holdout is not None:
            splits["holdout"] = data.holdout.split
        for name, split in splits.items():
            target = self.folder / "images" / f"{name}.npy"
            try:
                link(split.images_file, target)
            except FileNotFoundError:  # somebody cleared the cache: they are in memory, too
                np.save(target, split.images, allow_pickle=False)

    def _watch(self) -> None:
        if self._closed:
            raise _Closed

    def predict(
        self,
        artefact: Artefact,
        found: Preprocessing,
        wanted: list[tuple[str, str]],
        run_s: float,
    ) -> Path:
        """Return the folder with the answers, for a run that took ``run_s``.

        Raises Fault where the process did not give any, NotMeasured where that took too long.
        """
        running = self.start()
        self._tasks += 1
        # The one GPU that a run is shown is the first one it sees.
        device = "cpu" if self.setup.device == "cpu" else "cuda"
        write_task(self.folder / "tasks" / f"{self._tasks}.json", artefact, found, device, wanted)
        answers = self.folder / "answers"
        _await(answers / f"done-{self._tasks}", running, _budget_s(run_s))
        return answers

    def close(self) -> None:
        """End the process; nothing of it is alive on return."""
        self._closed = True
        if self._running is not None:
            with contextlib.suppress(OSError):  # without room for it the watch ends the process
                (self.folder / "tasks" / "end").touch()
            with contextlib.suppress(_Closed, Exception):  # what failed was told with the answer
                self._running.result()
        self._pool.shutdown()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _budget_s(run_s: float) -> float:
    return max(LEAST_S, TIMES * run_s)


def _await(answer: Path, running: Future[ProcessEnd], budget_s: float) -> None:
    deadline = time.monotonic() + budget_s
    while not answer.exists():
        if running.done() and not answer.exists():  # asked again: it may have been its last act
            raise Fault(_reason(running))
        if time.monotonic() > deadline:
            raise NotMeasured(f"to measure it takes more than {budget_s:.0f} seconds")
        wait([running], _POLL_S)


def _reason(running: Future[ProcessEnd]) -> str:
    error = running.exception()
    if error is not None:
        return f"the measuring process could not be started: {unexpected(error)}"
    end = running.result()
    silent = end.detail or end.signal or "it gave no reason"
    last = (end.stderr.strip().splitlines() or [silent])[-1]
    how = "before its answer" if end.outcome is Outcome.OK else f"with {end.outcome}"
    return f"the measuring process ended {how}: {last}"
