"""Writes down where a program is when the grader asks, just before it ends it."""

import faulthandler
import signal
from pathlib import Path

NAME = "where.txt"


def listen(outbox: Path) -> None:
    """Answer SIGUSR1, and a crash of the interpreter itself, with the lines being executed.

    The handler is C code of Python's own: it costs nothing until it is asked, and answers even
    where no other code of this process gets its turn.
    """
    if not hasattr(faulthandler, "register"):  # Windows
        return
    file = open(outbox / NAME, "wb", buffering=0)  # as long as the process lives
    listen.file = file  # type: ignore[attr-defined]  # the handler knows only its number
    faulthandler.register(signal.SIGUSR1, file=file, all_threads=False)
    faulthandler.enable(file=file, all_threads=False)
