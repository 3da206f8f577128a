"""Magics of a notebook that are not there, or fail here, do not end it.

Those of Colab, of extensions and of other displays change what is shown, not what is trained. What
runs the student's own code (``%time``, ``%%capture``, ``%run``) is left as it is: its errors count.
"""

from typing import Any

from .notes import Note

MAY_FAIL = frozenset(
    (
        *("%load_ext", "%reload_ext", "%matplotlib", "%pylab", "%gui", "%conda", "%pip", "%cd"),
        *("%%bash", "%%sh", "%%script", "%%shell"),
    )
)
RUN_THEIR_CODE = ("time", "timeit", "capture", "prun")
"""Magics whose code is the program's, on their line as in their cell."""
AROUND_CODE = (*RUN_THEIR_CODE, "wandb")
"""Cell magics whose code is the program's, also where the magic itself is not there."""


def pass_over(shell: Any, note: Note) -> None:
    """Let the notebook's ``shell`` leave out what it cannot do."""
    shell.magics_manager.register_alias("shell", "bash", "cell")  # Colab's name for it
    magics = _Magics(shell, note)
    shell.run_line_magic, shell.run_cell_magic = magics.line, magics.cell


class _Magics:
    """Runs a shell's magics, and leaves out those that it does not know or that may fail.

    IPython looks for ``{names}`` in a magic's line among the local names of its caller, which is
    one of the functions here: so they have none that a student would use.
    """

    def __init__(self, shell: Any, note: Note) -> None:
        self.shell = shell
        self.note = note
        self.run_line, self.run_cell = shell.run_line_magic, shell.run_cell_magic

    def line(self, _name: str, _line: str, _stack_depth: int = 1) -> Any:
        if self.shell.find_line_magic(_name) is None:
            return self._left_out(f"%{_name}", "")
        try:
            return self.run_line(_name, _line, _stack_depth=_stack_depth + 1)
        except Exception:
            if f"%{_name}" not in MAY_FAIL:
                raise
        return self._left_out(f"%{_name}", _line)

    def cell(self, _name: str, _line: str, _cell: str) -> Any:
        if self.shell.find_cell_magic(_name) is None:
            self._left_out(f"%%{_name}", "")
            return self._run(_cell) if _name in AROUND_CODE else None
        try:
            return self.run_cell(_name, _line, _cell)
        except Exception:
            if f"%%{_name}" not in MAY_FAIL:
                raise
        return self._left_out(f"%%{_name}", _line)

    def _left_out(self, name: str, line: str) -> None:
        self.note(f"magic_left_out:{f'{name} {line}'.strip()}")

    def _run(self, code: str) -> None:
        self.shell.ex(self.shell.transform_cell(code))
