"""Python as cells hold it: where it stops being Python, and its syntax tree."""

import ast
import re
import warnings
from dataclasses import dataclass

from grader.discovery.source import Cell
from grader.model.source import Place

MAGIC = re.compile(r"^(\s*)([%!?]|[\w.*]+\?{1,2}\s*$|[\w.,\s]+=\s*[%!])")
"""A line only IPython understands: a magic, a command, a question, or one of them assigned."""
COMMAND = re.compile(r"^[%!].*(?<!\\)$")
MOST_MAGICS = 200
CELL_MAGICS_OF_PYTHON = re.compile(r"%%(time|timeit|capture|prun)\b.*")
NOTEBOOK_ONLY = "this line is notebook syntax, which a script cannot hold: remove it"


@dataclass(frozen=True)
class Parsed:
    """A cell's syntax tree, without its magics; ``None`` where it is not Python."""

    cell: Cell
    tree: ast.Module | None
    error: Place | None


def parse(cell: Cell, file: str) -> Parsed:
    """Parse one cell of ``file``. Magics are fine in a notebook, and only there."""
    lines = cell.text.split("\n")
    if cell.number is not None and cell.text.lstrip().startswith("%%"):
        first = next(i for i, line in enumerate(lines) if line.strip())
        if not CELL_MAGICS_OF_PYTHON.match(lines[first].strip()):
            return Parsed(cell, None, None)
        lines[first] = ""
    for _ in range(MOST_MAGICS):
        found = _tree("\n".join(lines))
        if isinstance(found, ast.Module):
            return Parsed(cell, found, None)
        line = getattr(found, "lineno", None) or 0
        magic = MAGIC.match(lines[line - 1]) if 0 < line <= len(lines) else None
        if cell.number is None or magic is None:
            said = NOTEBOOK_ONLY if magic else getattr(found, "msg", None) or str(found)
            place = Place(file=file, cell=cell.number, line=line or None, text=said[:200])
            return Parsed(cell, None, place)
        end = line - 1
        while lines[end].rstrip().endswith("\\") and end + 1 < len(lines):
            end += 1  # a magic may go on behind a backslash
        # Fine in a notebook: look on behind it, and do not come back for each of its kind.
        lines[line - 1 : end + 1] = [f"{magic[1]}pass", *[""] * (end + 1 - line)]
        lines = [COMMAND.sub("pass", text) for text in lines]
    place = Place(file=file, cell=cell.number, text="a cell with so many magics is no program")
    return Parsed(cell, None, place)


def _tree(text: str) -> ast.Module | Exception:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an escape like \d is worth a warning, not an error
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return error
