"""A process as the supervisor sees it, and the ordinary way to make one: execute a program."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol


@dataclass(frozen=True)
class Ended:
    """How a process ended: its exit code or minus its signal, and what it and its dead used."""

    code: int = 0
    cpu_s: float = 0.0


class Process(Protocol):
    """One process that was started, leader of a session of its own.

    Its id is not given to another before ``reap``, so what it started can be found and killed
    after its end. ``counted`` says whether it is itself a part of the run, or one of ours above it.
    """

    pid: int
    pipes: tuple[IO[bytes], ...]
    counted: bool

    def begin(self) -> None:
        """Go on, where it waits for that; return when the time of the run begins."""

    def wait(self) -> None:
        """Return when it has ended."""

    def stop(self) -> bool:
        """Ask it to end all it started and then itself; ``False`` where it would not hear."""

    def reap(self) -> Ended:
        """Let go of the ended process."""


class Executed:
    """A program that was executed. Raises OSError where that is not possible."""

    counted = True

    def __init__(self, start: "Start") -> None:
        self._stop = start.stop
        self._process = subprocess.Popen(
            start.argv,
            env=dict(start.environment),
            cwd=start.cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
            pass_fds=start.pass_fds,
        )
        self.pid = self._process.pid
        pipes = (self._process.stdout, self._process.stderr)
        self.pipes = tuple(pipe for pipe in pipes if pipe is not None)

    def begin(self) -> None:
        """It has begun already."""

    def stop(self) -> bool:
        """Ask it, where the start says how."""
        if self._stop is None:
            return False
        self._stop()
        return True

    def wait(self) -> None:
        """Notice the end; where the platform allows, leave the process id taken."""
        if hasattr(os, "waitid"):
            os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
        else:
            self._process.wait()

    def reap(self) -> Ended:
        """Let go of it; what it used is not known on Windows."""
        if sys.platform == "win32":
            return Ended(self._process.wait())
        _, status, used = os.wait4(self.pid, 0)
        self._process.returncode = os.waitstatus_to_exitcode(status)
        return Ended(self._process.returncode, used.ru_utime + used.ru_stime)


@dataclass(frozen=True)
class GpuShare:
    """A part of a GPU's memory, in MiB; ``most_mb`` ``None`` is all of it."""

    index: int
    most_mb: float | None = None


@dataclass(frozen=True)
class Start:
    """What to start.

    ``mark`` is an environment entry that all its descendants carry. ``scratch`` names tmpfs mounts
    inside the sandbox that count as memory (see ``scratch_use``), ``folders`` others on the host
    whose content counts as disk use. ``gpu`` says of which GPU the memory counts, and how much of
    it there may be. ``stop`` asks the process to end all it started and then itself; it gets a
    moment for it before it is killed. ``opener`` is how the process is made.
    """

    argv: tuple[str, ...]
    environment: Mapping[str, str]
    cwd: Path
    pass_fds: tuple[int, ...] = ()
    mark: str | None = None
    scratch: tuple[str, ...] = ()
    folders: tuple[Path, ...] = ()
    gpu: "GpuShare | None" = None
    stop: Callable[[], None] | None = None
    opener: "Opener" = Executed


Opener = Callable[[Start], Process]
"""Makes a process of what is to be started. Raises OSError where that is not possible."""
