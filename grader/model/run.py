"""One isolated execution: the limits it had, and how it ended."""

from enum import StrEnum

from pydantic import Field

from grader.model.base import Frozen


class Outcome(StrEnum):
    """How a run ended. ``FAULT`` is ours: the sandbox itself did not work.

    ``NOT_RUN`` is a program of which reading it already says that nothing of it can run.
    """

    OK = "ok"
    ERROR = "error"
    SIGNAL = "signal"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    OUTPUT = "output"
    FAULT = "fault"
    NOT_RUN = "not_run"


class Limits(Frozen):
    """What one run may use. Sizes in MiB, times in seconds; ``threads`` 0 means every core.

    ``cell_s`` is the time of one cell of a notebook, 0 for no limit but that of the run; ``files``
    how many temporary files there may be.
    """

    wall_s: float = Field(default=1800, gt=0)
    cell_s: float = Field(default=0, ge=0)
    memory_mb: int = Field(default=8192, gt=0)
    disk_mb: int = Field(default=1024, gt=0)
    files: int = Field(default=200_000, gt=0)
    output_mb: int = Field(default=64, gt=0)
    processes: int = Field(default=256, gt=0)
    threads: int = Field(default=0, ge=0)


class Isolation(Frozen):
    """The level a run was isolated at, and what that level is known not to contain."""

    level: int
    backend: str
    holes: tuple[str, ...] = ()


class ProcessEnd(Frozen):
    """How one sandboxed process ended, as its supervisor saw it from outside.

    ``stdout`` and ``stderr`` keep the head and the tail of long output, with the number of bytes
    left out between them said in the text. ``detail`` is one sentence on a limit or a fault.
    """

    outcome: Outcome
    exit_code: int | None = None
    signal: str | None = None
    wall_s: float = 0.0
    cpu_s: float = 0.0
    peak_rss_mb: float = 0.0
    peak_gpu_mb: float | None = None
    stdout: str = ""
    stderr: str = ""
    detail: str = ""
