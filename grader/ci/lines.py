"""Where a cell's line stands in the text of a notebook: what platforms show is the JSON itself."""

import json
import re
from collections.abc import Iterator
from itertools import accumulate

from grader.model.source import Place

LARGEST = 20_000_000
"""Characters of a notebook that is searched; only pictures in its outputs make one so large."""
PART = re.compile(r'"(?:[^"\\]++|\\.)*+"|[{}\[\]:,]', re.DOTALL)

Path = tuple[str | int, ...]


def line_in_text(text: str, place: Place) -> int | None:
    """Return the line of a notebook's ``text``, from 1, where a ``place`` in a cell stands.

    ``None`` where that cannot be told.
    """
    if not place.cell or len(text) > LARGEST:
        return None
    pieces = _source(text, place.cell)
    if not pieces:
        return None
    lines = (piece.count("\n") for piece, _ in pieces)
    begins = accumulate(lines, initial=1)  # the cell's line that each piece begins with
    at = [
        offset
        for (_, offset), first in zip(pieces, begins, strict=False)
        if first <= (place.line or 1)
    ]
    return text.count("\n", 0, at[-1]) + 1


def _source(text: str, number: int) -> list[tuple[str, int]]:
    """The strings that make up the code cell with this ``number``, each with where it begins."""
    pieces: dict[int, list[tuple[str, int]]] = {}
    codes: list[int] = []
    for path, part, offset in _strings(text):
        if len(path) < 3 or path[0] != "cells" or not isinstance(path[1], int):
            continue
        if path[2:] == ("cell_type",) and part == '"code"':
            codes.append(path[1])
        if path[2] == "source" and len(path) <= 4:
            pieces.setdefault(path[1], []).append((_read(part), offset))
    return pieces.get(sorted(codes)[number - 1], []) if number <= len(codes) else []


def _read(part: str) -> str:
    try:
        return str(json.loads(part, strict=False))
    except ValueError:
        return ""


def _strings(text: str) -> Iterator[tuple[Path, str, int]]:
    """Yield every string of a JSON text that is a value, with its path and where it begins."""
    path: list[str | int] = []
    value = True  # whether a string here is a value, not a key
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
        elif value:
            yield tuple(path[:5]), part, match.start()
        elif path:
            path[-1] = _read(part)
