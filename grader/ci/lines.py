"""Where a cell's line stands in the text of a notebook: what platforms show is the JSON itself.

A text is read once, from its beginning to its end, however many places are asked for: whoever is
graded writes it, and no text of theirs may hold a gate up.
"""

import json
import re
from bisect import bisect_right
from collections.abc import Iterator

from grader.model.source import Place

LARGEST = 5_000_000
"""Characters of a notebook that is searched; only pictures in its outputs make one so large."""
PART = re.compile(r'"(?:[^"\\]++|\\.)*+"|["{}\[\]:,]', re.DOTALL)

Path = tuple[str | int, ...]
Pieces = list[tuple[int, int]]
"""The strings that make up a cell: the cell's line each begins with, and the text's, from 1."""


class CellLines:
    """Where the lines of a notebook's code cells stand in its ``text``, which may be no JSON."""

    def __init__(self, text: str) -> None:
        self._cells = list(_cells(text)) if len(text) <= LARGEST else []

    def line(self, place: Place) -> int | None:
        """Return the line of the text, from 1, where a ``place`` in a cell stands.

        ``None`` where that cannot be told.
        """
        if not place.cell or place.cell > len(self._cells):
            return None
        pieces = self._cells[place.cell - 1]
        at = bisect_right(pieces, place.line or 1, key=lambda piece: piece[0])
        return pieces[max(at - 1, 0)][1] if pieces else None


def _cells(text: str) -> Iterator[Pieces]:
    """The code cells in their order, with their pieces."""
    pieces: dict[int, Pieces] = {}
    ends: dict[int, int] = {}  # the cell's line that its next piece begins with
    codes: list[int] = []
    for path, part, line in _strings(text):
        if len(path) < 3 or path[0] != "cells" or not isinstance(path[1], int):
            continue
        cell = path[1]
        if path[2:] == ("cell_type",) and part == '"code"':
            codes.append(cell)
        if path[2] == "source" and len(path) <= 4:
            begin = ends.get(cell, 1)
            pieces.setdefault(cell, []).append((begin, line))
            ends[cell] = begin + _read(part).count("\n")
    return (pieces.get(cell, []) for cell in sorted(codes))


def _read(part: str) -> str:
    try:
        return str(json.loads(part, strict=False))
    except ValueError:
        return ""


def _strings(text: str) -> Iterator[tuple[Path, str, int]]:
    """Yield every string of a JSON text that is a value, with its path and its line."""
    path: list[str | int] = []
    value = True  # whether a string here is a value, not a key
    line, counted = 1, 0
    for match in PART.finditer(text):
        part = match[0]
        if part in ("{", "["):
            path.append("" if part == "{" else 0)
            value = part == "["
        elif part in ("}", "]"):
            del path[-1:]
        elif part == ",":
            step = path[-1] if path else ""
            if isinstance(step, int):
                path[-1] = step + 1
            value = isinstance(step, int)
        elif part == ":":
            value = True
        elif part == '"':  # a string without an end: nothing after it is outside of it
            return
        elif value:
            line += text.count("\n", counted, match.start())
            counted = match.start()
            yield tuple(path[:5]), part, line
        elif path:
            path[-1] = _read(part)
