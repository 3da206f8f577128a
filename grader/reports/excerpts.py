"""Shows a student's own lines around a place in their code."""

from collections.abc import Sequence
from dataclasses import dataclass

from grader.model.source import Code, Place
from grader.reports.text import visible

AROUND = 3
"""Lines before and after the one that is meant."""
LONGEST = 200


@dataclass(frozen=True)
class CodeLine:
    """One line by its number; ``meant`` is the one that the text around is about."""

    number: int
    text: str
    meant: bool


@dataclass(frozen=True)
class Excerpt:
    """Some lines of one piece of code; ``name`` says which piece, ``span`` which lines."""

    cell: int | None
    name: str
    span: str
    lines: tuple[CodeLine, ...]


def excerpt(code: Sequence[Code], where: Place | None) -> Excerpt | None:
    """Return the lines around ``where``; ``None`` where they were not kept or nobody knows them.

    What a place says of its file is the name that the program ran under; a place without one is in
    the only file there is.
    """
    piece = _piece(code, where)
    if piece is None or where is None or where.line is None:
        return None
    every = piece.text.expandtabs(4).splitlines()
    if not 1 <= where.line <= len(every):
        return None
    first, last = max(1, where.line - AROUND), min(len(every), where.line + AROUND)
    while first < where.line and not every[first - 1].strip():
        first += 1
    while last > where.line and not every[last - 1].strip():
        last -= 1
    shown = tuple(
        CodeLine(number, visible(every[number - 1], LONGEST), number == where.line)
        for number in range(first, last + 1)
    )
    name = piece.file if piece.cell is None else f"{piece.file}, cell {piece.cell}"
    span = f"line {first}" if first == last else f"lines {first} to {last}"
    return Excerpt(piece.cell, visible(name, 120), span, shown)


def _piece(code: Sequence[Code], where: Place | None) -> Code | None:
    """The piece a place lies in, where there is exactly one."""
    if where is None:
        return None
    found = [
        one
        for one in code
        if one.cell == where.cell and (where.file is None or where.file == one.file)
    ]
    return found[0] if len(found) == 1 else None
