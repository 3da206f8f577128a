"""How a template is executed: by what it must not belong to the user that its copies run as."""

import os
import sys
from pathlib import Path

_BASE = 7
"""AT_BASE in the auxiliary vector: where this process' program loader lies; see getauxval(3)."""


def interpreter(user: int) -> list[str]:
    """The words that execute this interpreter for copies that run as ``user``, or another if root.

    A copy inside a box still has ``/proc/self/exe``, which leads to its program as it lies outside,
    where an owner could change its mode. A user's own interpreter is therefore handed to the
    system's loader: the program that is executed is then the loader.
    """
    program = os.path.realpath(sys.executable)
    loader = _loader()
    if user == 0 or os.stat(program).st_uid != user or loader is None:
        return [sys.executable]
    return [loader, sys.executable]


def _loader() -> str | None:
    """The program loader that this process was started with; ``None`` where it needed none."""
    words = memoryview(Path("/proc/self/auxv").read_bytes()).cast("L").tolist()
    base = dict(zip(words[::2], words[1::2], strict=True)).get(_BASE, 0)
    for line in Path("/proc/self/maps").read_text().splitlines():
        if line.startswith(f"{base:x}-") and "/" in line:
            return line[line.index("/") :]
    return None
