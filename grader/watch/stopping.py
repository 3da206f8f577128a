"""Ends a run as soon as what it runs is no longer what the student has written."""

from collections.abc import Callable
from dataclasses import replace

from grader.model.run import ProcessEnd
from grader.pipeline import Setup
from grader.sandbox.interface import Backend, Job, Watch


class Saved(BaseException):
    """The submission was saved again. No ``Exception``: nothing on a run's path may keep it."""


class Stoppable:
    """A backend whose jobs end, with all they started, when ``saved`` says so; raises ``Saved``."""

    def __init__(self, backend: Backend, saved: Callable[[], bool]) -> None:
        self.name, self.level = backend.name, backend.level
        self.shared_memory, self.gpus = backend.shared_memory, backend.gpus
        self._backend, self._saved = backend, saved

    def missing(self) -> str | None:
        """As the backend has it."""
        return self._backend.missing()

    def holes(self) -> tuple[str, ...]:
        """As the backend has it."""
        return self._backend.holes()

    def run(self, job: Job, watch: Watch | None = None) -> ProcessEnd:
        """Run ``job``, and look for a save as often as the job is watched."""

        def look() -> None:
            if self._saved():
                raise Saved
            if watch is not None:
                watch()

        return self._backend.run(job, look)


def stoppable(setup: Setup, saved: Callable[[], bool]) -> Setup:
    """The same setup, with every run ended when ``saved`` says so."""
    backend = Stoppable(setup.chosen.backend, saved)
    return replace(setup, chosen=replace(setup.chosen, backend=backend))
