"""What only a notebook has, in a script that was exported from one: magics, a kernel to stop."""

import builtins
import re
import sys
from collections.abc import Callable
from typing import Any

from ..settings import Settings
from .callers import asked_by_the_student
from .libraries.inert import Inert
from .magics import AROUND_CODE, RUN_THEIR_CODE
from .notes import Note

OPTIONS = re.compile(r"^(\s*-\w+(\s+\d+)?)+\s*")


def install(settings: Settings, note: Note) -> None:
    """Give a script that mentions them ``get_ipython`` and an application with a kernel."""
    if settings.kind != "script":
        return
    if "get_ipython" in settings.mentions:
        import IPython
        from IPython.core import getipython

        shell = _shell(Shell(note), IPython.get_ipython)
        builtins.get_ipython = shell  # type: ignore[attr-defined]
        IPython.get_ipython = getipython.get_ipython = shell
    if "do_shutdown" in settings.mentions:
        from traitlets.config.application import Application

        Application.kernel = Kernel(note)  # type: ignore[attr-defined]


def _shell(shell: "Shell", original: Callable[[], Any]) -> Callable[[], Any]:
    """A ``get_ipython`` for the student's code; to libraries, a script is a script."""

    def get_ipython() -> Any:
        return shell if asked_by_the_student() else original()

    return get_ipython


class Kernel:
    """A kernel that there is none of, so nothing has to be shut down."""

    def __init__(self, note: Note) -> None:
        self.note = note

    def do_shutdown(self, restart: bool = False) -> None:
        """Go on: what the cell wants to free is free when the script ends."""
        self.note("shutdown_ignored")


class Shell:
    """Passes over magics and commands, except those that only measure the code they are given."""

    def __init__(self, note: Note) -> None:
        self.note = note
        self.kernel = Kernel(note)

    def run_cell_magic(self, magic_name: str, line: str, cell: str) -> None:
        """Run the code of ``%%time`` and its like; the code of no other magic is Python."""
        self._run(cell if magic_name in AROUND_CODE else None)

    def run_line_magic(self, magic_name: str, line: str, *args: Any) -> None:
        """Run the code of ``%time`` and its like, without their options."""
        self._run(OPTIONS.sub("", line) if magic_name in RUN_THEIR_CODE else None)

    def _run(self, code: str | None) -> None:
        if code is None:
            self.note("magic_ignored")
        else:
            exec(code, sys.modules["__main__"].__dict__)

    def magic(self, line: str) -> None:
        """Do what ``%`` and this line do in a notebook."""
        name, _, rest = line.partition(" ")
        self.run_line_magic(name, rest)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        self.note("magic_ignored")
        return Inert()
