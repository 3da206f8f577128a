"""The seam every isolation level implements.

Both sandboxes see one fixed layout under a root directory whose path the backend chooses and
passes as the last argument of the command::

    ROOT/<name>     each of ``Job.inputs``, read-only (probe, submission, data, images …)
    ROOT/outbox     ``Job.outbox``, the only place whose contents survive
    ROOT/work       the working directory, writable, gone afterwards
    ROOT/work/data  the same as ROOT/data, where a job has that input: labs read ``./data``
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from grader.model.run import Limits, ProcessEnd


@dataclass(frozen=True)
class Job:
    """One command to run in isolation.

    ``command`` starts with a path relative to ROOT (``probe/start.py``), run by this interpreter
    with ``-P -s -B -u``: the folder of the script is not on the module path. ``environment`` adds
    to a clean one. ``hidden`` are host directories that must not be readable inside even where a
    parent of theirs is (the installed package, the course); an input taken from inside one stays.
    ``gpu`` is the only device shown, as ``cuda:INDEX``; ``None`` shows none. ``gpu_mb`` is how much
    of its memory the job may take; ``None`` is all there is.
    """

    command: tuple[str, ...]
    inputs: Mapping[str, Path]
    outbox: Path
    limits: Limits
    environment: Mapping[str, str] = field(default_factory=dict)
    hidden: tuple[Path, ...] = ()
    gpu: str | None = None
    gpu_mb: float | None = None


Watch = Callable[[], None]
"""Called a few times a second, on the host, while a job runs (progress display).

An ``Exception`` from it is ignored; anything else (``KeyboardInterrupt``) ends the run and
propagates."""


class Backend(Protocol):
    """One way of isolating a process.

    ``shared_memory`` says whether ``/dev/shm`` is there, ``gpus`` whether a job may be shown one.
    """

    name: str
    level: int
    shared_memory: bool
    gpus: bool

    def missing(self) -> str | None:
        """Say in one sentence why this backend cannot run here, with the remedy; else ``None``."""

    def holes(self) -> tuple[str, ...]:
        """Name what this level is known not to contain, one short phrase each."""

    def run(self, job: Job, watch: Watch | None = None) -> ProcessEnd:
        """Run ``job`` to its end or its limit. Never raises for what the job did."""
