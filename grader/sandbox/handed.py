"""What a backend hands to the first process of a sandbox, and what it says when that fails."""

import os

from grader.model.run import Outcome, ProcessEnd


class Files:
    """Nameless files in memory, passed on by number, closed together."""

    def __init__(self) -> None:
        self.numbers: list[int] = []

    def __enter__(self) -> "Files":
        return self

    def __exit__(self, *_: object) -> None:
        for number in self.numbers:
            os.close(number)

    def new(self, content: bytes = b"") -> int:
        """Make a file that holds ``content``, positioned at its start; return its descriptor."""
        number = os.memfd_create("grader")
        self.numbers.append(number)
        os.write(number, content)
        os.lseek(number, 0, os.SEEK_SET)
        return number

    def read(self, number: int) -> str:
        """Read a file from its start."""
        return os.pread(number, 65536, 0).decode(errors="replace")


def fault(detail: str, end: ProcessEnd | None = None) -> ProcessEnd:
    """Say that the sandbox failed, whatever the process seemed to have done."""
    changes = {"outcome": Outcome.FAULT, "exit_code": None, "signal": None, "detail": detail}
    return (end or ProcessEnd(outcome=Outcome.FAULT)).model_copy(update=changes)
