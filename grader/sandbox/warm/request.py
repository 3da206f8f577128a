"""What a copy of a template is asked to become, as JSON beside its descriptors."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self


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
    def load(cls, message: bytes) -> Self:
        """Read it from JSON."""
        return cls(**json.loads(message))

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
