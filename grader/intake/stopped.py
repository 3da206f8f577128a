"""Reads where a program was when it was stopped."""

import re
from pathlib import Path

from grader.errors import OutboxRefused
from grader.intake.files import read_capped
from grader.intake.progress import ProgressReader
from grader.model.source import Place

CAP = 64_000
_FRAME = re.compile(r'^  File "([^"\n]{1,500})", line (\d{1,7}) in ', re.MULTILINE)
_OWN = re.compile(r"(?:.*/)?box/work/(.+)")
_SPELLED = re.compile(r"\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8}))")
"""How Python's dump of a stopped program writes letters beyond ASCII."""
_CELL = re.compile(r".*/ipykernel_\d+/\d+\.py")


def read_stopped(outbox: Path) -> Place | None:
    """Return the innermost line of the student's that was being executed.

    In a notebook with the cell that was running; ``None`` where the process said nothing usable.
    """
    try:
        said = (read_capped(outbox, "where.txt", CAP) or b"").decode("utf-8", "replace")
    except OutboxRefused:
        return None
    frames = _FRAME.findall(said)
    for file, line in frames:
        own = _OWN.fullmatch(file)
        if own:
            return Place(file=_SPELLED.sub(_letter, own[1])[:200], line=int(line))
        if _CELL.fullmatch(file):
            return Place(cell=_last_cell(outbox), line=int(line))
    cell = _last_cell(outbox)
    return Place(cell=cell) if cell else None


def _letter(spelled: re.Match[str]) -> str:
    """The letter; what is none stays as it was written."""
    code = int(spelled[1] or spelled[2] or spelled[3], 16)
    is_letter = code < 0xD800 or 0xDFFF < code <= 0x10FFFF
    return chr(code) if is_letter else spelled[0]


def _last_cell(outbox: Path) -> int | None:
    cells = [line.cell for line in ProgressReader(outbox).new_lines() if line.cell]
    return cells[-1] if cells else None
