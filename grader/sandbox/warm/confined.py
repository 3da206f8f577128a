"""Level 2: the keeper is the first process of ``confine``, and the job a copy it starts."""

from dataclasses import replace
from typing import NoReturn

from grader.sandbox.confine import start as first
from grader.sandbox.confine.mediator import Mediator
from grader.sandbox.confine.plan import Plan
from grader.sandbox.warm.become import Script, arrange, show_as
from grader.sandbox.warm.request import LOST, Received


class Confined:
    """One job between two Landlock domains. ``details`` name the file that holds its ``plan``."""

    def __init__(self, job: Received, script: Script) -> None:
        self._job, self._script = job, script
        plan = Plan.load(job.given[job.request.details["plan"]])
        self._plan = replace(plan, filter=job.given[plan.filter])
        self._mediator: Mediator | None = None
        self._pid = 0
        self._code = LOST

    def start(self, stops: tuple[int, ...]) -> None:
        """Confine this process and start the job. Raises OSError."""
        first.confine(self._plan)
        self._pid, listener = first.start(self._plan, self._become)
        self._mediator = first.mediator(self._plan, listener)

    def _become(self) -> NoReturn:
        show_as(self._job.request.command)
        self._script.settle()
        arrange({1: self._job.output, 2: self._job.errors})
        self._script.run()

    def attend(self, stops: tuple[int, ...]) -> None:
        """Answer the job's questions until it ends."""
        if self._mediator is not None:
            self._code = first.attend(self._pid, self._mediator, stops)

    def end(self) -> int:
        """Kill everything in this domain but this process."""
        if self._pid:
            first.sweep()
        return self._code
