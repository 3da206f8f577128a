"""What a copy of a template is asked to become, as JSON in a file, and what is said of it after."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

GO, STARTED = b"go", b"started"
"""What the host and a keeper tell each other."""
LOST = -9
"""How a job ended of which nobody can say it any more: as if it had been killed."""


@dataclass(frozen=True)
class Request:
    """A job to become: a command (``layout.command``) with its environment and directory.

    ``way`` says how it is confined, see ``keeper.WAYS``; ``details`` are what that way needs to
    know. ``numbers`` are the descriptors handed on, under which ``details`` speaks of them.
    """

    way: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    cwd: str
    details: Mapping[str, Any] = field(default_factory=dict)
    numbers: tuple[int, ...] = ()

    def dump(self) -> bytes:
        """Return it as JSON."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def load(cls, descriptor: int) -> Self:
        """Read it from a file that is open at its start, and close that."""
        with os.fdopen(descriptor) as file:
            return cls(**json.load(file))

    def arguments(self) -> list[str]:
        """What the script finds as ``sys.argv``: the command without interpreter and flags."""
        flags = 1
        while self.command[flags].startswith("-"):
            flags += 1
        return list(self.command[flags:])


@dataclass(frozen=True)
class Received:
    """A request as it arrived: the job's output and errors, and what ``numbers`` are here."""

    request: Request
    output: int
    errors: int
    given: Mapping[int, int]
