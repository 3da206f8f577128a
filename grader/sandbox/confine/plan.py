"""What the first process of a level 2 sandbox is told, as JSON through a descriptor."""

import json
import os
from dataclasses import asdict, dataclass
from typing import Self


@dataclass(frozen=True)
class Plan:
    """Everything ``start`` does.

    ``uid`` is ``None`` for an ordinary user; ``exposed`` are paths that root must make reachable
    for any other. ``reads`` may be read and executed with all below them, ``lists`` only listed,
    ``writes`` changed, ``devices`` read and written. Sockets can be connected to below ``meets``;
    ``paths`` says which other system calls raise a question, see ``Mediator``. ``filter``,
    ``status`` and ``lifeline`` are descriptors: the seccomp program, a file for the report of how
    the job ended, and a pipe whose end of file means: stop.
    """

    uid: int | None
    exposed: tuple[str, ...]
    limits: dict[str, int]
    reads: tuple[str, ...]
    lists: tuple[str, ...]
    writes: tuple[str, ...]
    devices: tuple[str, ...]
    meets: tuple[str, ...]
    paths: dict[str, tuple[int, int, int]]
    argv: tuple[str, ...]
    environment: dict[str, str]
    cwd: str
    filter: int
    status: int
    lifeline: int

    def dump(self) -> bytes:
        """Return it as JSON."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def load(cls, descriptor: int) -> Self:
        """Read it from a file that is open at its start, and close that."""
        with os.fdopen(descriptor) as file:
            return cls(**json.load(file))
