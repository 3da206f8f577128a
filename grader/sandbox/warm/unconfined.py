"""Level 0: the job is a copy, and nothing else."""

import contextlib
import os
import signal
from typing import NoReturn

from grader.sandbox.warm.become import Script, arrange, show_as
from grader.sandbox.warm.keeper import sweep, wait_for
from grader.sandbox.warm.request import LOST, Received


class Unconfined:
    """One job without walls."""

    def __init__(self, job: Received, script: Script) -> None:
        self._job, self._script = job, script
        self._pid = self._ended = 0

    def start(self, stops: tuple[int, ...]) -> None:
        """Start the job; nothing can keep it from that."""
        self._pid = os.fork()
        if self._pid == 0:
            self._become()
        self._ended = os.pidfd_open(self._pid)

    def _become(self) -> NoReturn:
        try:
            os.setsid()
            show_as(self._job.request.command)
            arrange({1: self._job.output, 2: self._job.errors, **self._job.given})
            os.chdir(self._job.request.cwd)
            self._script.settle()
            self._script.run()
        finally:
            os._exit(1)

    def attend(self, stops: tuple[int, ...]) -> None:
        """Wait."""
        wait_for((self._ended, *stops))

    def end(self) -> int:
        """Kill it if it lives, and what it left."""
        if not self._pid:
            return LOST
        with contextlib.suppress(OSError):
            os.kill(self._pid, signal.SIGKILL)
        _, status = os.waitpid(self._pid, 0)
        sweep()
        return os.waitstatus_to_exitcode(status)
