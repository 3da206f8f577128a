"""Level 0: the job is a copy, and nothing else; of a grader that is root, as another user."""

import contextlib
import os
import signal
from typing import NoReturn

from grader.sandbox import other_user
from grader.sandbox.warm.become import Script, arrange, show_as
from grader.sandbox.warm.keeper import sweep, wait_for
from grader.sandbox.warm.request import LOST, Received


class Unconfined:
    """One job without walls. ``details`` may name the file that holds the ``plan`` of its user."""

    def __init__(self, job: Received, script: Script) -> None:
        self._job, self._script = job, script
        named = job.request.details.get("plan")
        self._plan = None if named is None else other_user.Plan.load(job.given[named])
        self._pid = self._ended = 0

    def start(self, stops: tuple[int, ...]) -> None:
        """Start the job. Raises OSError where it cannot be another user."""
        hear, tell = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            self._become(tell)
        os.close(tell)
        self._ended = os.pidfd_open(self._pid)
        with os.fdopen(hear, "rb") as file:
            trouble = file.read()  # it ends when the job is who it shall be
        if trouble:
            raise OSError(trouble.decode(errors="replace"))

    def _become(self, tell: int) -> NoReturn:
        try:
            os.setsid()
            show_as(self._job.request.command)
            self._change_user(tell)
            arrange({1: self._job.output, 2: self._job.errors})
            os.chdir(self._job.request.cwd)
            self._script.settle()
            self._script.run()
        finally:
            os._exit(1)

    def _change_user(self, tell: int) -> None:
        try:
            if self._plan is not None:
                other_user.become(self._plan)
        except OSError as error:
            os.write(tell, str(error).encode()[:4000] or b"it gave no reason")
            os._exit(1)
        os.close(tell)

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
