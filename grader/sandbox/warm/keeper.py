"""Stands between the host and one job: its parent, who ends what it started and says how it ended.

Theory of operation. A keeper is a copy of the template that never runs a student's code. It first
waits: the host puts it where the run's memory is counted, and all it starts inherits that. Then it
starts the job the way it is told, hears of its end or is told to stop, ends whatever is left, and
only then reports. It is the subreaper of all of it, and it watches the host's process: if that is
killed, the job ends as well.
"""

import contextlib
import json
import os
import resource
import select
import signal
import socket
from pathlib import Path
from typing import NoReturn, Protocol

from grader.sandbox import system
from grader.sandbox.warm.request import GO, STARTED


class Way(Protocol):
    """One way to start a job. ``stops`` are descriptors that mean, when they can be read: stop."""

    def start(self, stops: tuple[int, ...]) -> None:
        """Start the job; it has not run anything if this raises. Raises OSError."""

    def attend(self, stops: tuple[int, ...]) -> None:
        """Return when the job has ended or has to."""

    def end(self) -> int:
        """End all that was started; return the job's exit code, or minus its signal."""


def keep(way: Way, host: socket.socket, owner: int) -> NoReturn:
    """Be the keeper of one job to its end. ``owner`` is a pidfd of the host's process."""
    with contextlib.suppress(OSError):  # the host is gone: nothing is left to tell
        os.setsid()
        system.become_subreaper()
        host.send(str(os.getpid()).encode())
        if host.recv(16) == GO:
            _attend(way, host, (host.fileno(), owner))
    os._exit(0)


def _attend(way: Way, host: socket.socket, stops: tuple[int, ...]) -> None:
    try:
        way.start(stops)
        host.send(STARTED)
        way.attend(stops)
    except Exception as error:  # noqa: BLE001 - the host must hear of it, and can start it afresh
        report: dict[str, object] = {"fault": f"{type(error).__name__}: {error}"[:1000]}
        way.end()
    else:
        code = way.end()
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        report = {"code": code, "cpu_s": used.ru_utime + used.ru_stime}
    host.send(json.dumps(report).encode())
    while wait_for(stops) == stops[0] and host.recv(16):
        pass  # told to stop meanwhile


def wait_for(descriptors: tuple[int, ...], within_s: float | None = None) -> int | None:
    """Return one of the descriptors that can be read; ``None`` if none can be in time."""
    ready, _, _ = select.select(descriptors, [], [], within_s)
    return ready[0] if ready else None


def sweep() -> None:
    """Kill what is left, again and again: the orphans of whatever dies come to this process."""
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    while True:
        for child in children.read_text().split():
            with contextlib.suppress(OSError):
                os.kill(int(child), signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return
