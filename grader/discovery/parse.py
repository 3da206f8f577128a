"""Python as cells hold it: where it stops being Python, and its syntax tree."""

import ast
import re
import warnings
from dataclasses import dataclass

from grader.discovery.source import Cell
from grader.model.source import Place

MAGIC = re.compile(r"^(\s*+)([%!?]|[\w.*]+\?{1,2}\s*$|[\w.,\s]+=\s*[%!])")
"""A line only IPython understands: a magic, a command, a question, or one of them assigned."""
COMMAND = re.compile(r"^[%!].*(?<!\\)$")
MOST_MAGICS = 50
WORK = 2_000_000
"""Characters that are parsed again and again for the magics of one cell; a second has 300,000."""
LONGEST = 1000
"""Characters of a cell's first line: how long searching it takes grows with their square."""
WRITTEN = re.compile(r"%%(?:writefile|file)\b.*?([\w./\\-]+\.py)[\"']?\s*$")
"""The first line of a cell that writes a module; what follows is its code."""
APPENDED = re.compile(r"\s(-a|--append)\s")
CELL_MAGICS_OF_PYTHON = re.compile(rf"%%(time|timeit|capture|prun)\b.*|{WRITTEN.pattern}")
LARGEST = 1_000_000
"""Characters of code: a syntax tree takes hundreds of times as many bytes."""
TOO_LARGE = "this is more than a megabyte of code: keep data in files of its own"
DEEP_NAME = re.compile(r"(?<!\w)(?:\w++[\s\\]*+\.[\s\\]*+){100}")
"""Python takes memory with the square of the parts of a module's name: 60 KB become a gigabyte."""
NOTEBOOK_ONLY = "this line is notebook syntax, which a script cannot hold: remove it"


@dataclass(frozen=True)
class Parsed:
    """A cell's Python, line by line where it was, without its magics.

    ``tree`` is ``None`` where that is not Python; ``writes`` names the module a cell writes.
    """

    cell: Cell
    text: str
    tree: ast.Module | None
    error: Place | None
    writes: str | None = None


def parse(cell: Cell) -> Parsed:
    """Parse one cell. Magics are fine in a notebook, and only there."""
    if len(cell.text) > LARGEST:
        return Parsed(cell, "", None, Place(file=cell.file, cell=cell.number, text=TOO_LARGE))
    lines = cell.text.split("\n")
    writes, first_line = None, ""
    if cell.number is not None and cell.text.lstrip().startswith("%%"):
        first = next(i for i, line in enumerate(lines) if line.strip())
        first_line = lines[first].strip()
        if len(first_line) > LONGEST or not CELL_MAGICS_OF_PYTHON.match(first_line):
            return Parsed(cell, "", None, None)
        written = WRITTEN.match(first_line)
        writes = written[1].replace("\\", "/") if written else None
        lines[first] = ""
    tree, error = _python(cell, lines)
    if writes and APPENDED.search(first_line):
        error = None  # the end of a module is not Python by itself
    return Parsed(cell, "\n".join(lines), tree, error, writes)


def _python(cell: Cell, lines: list[str]) -> tuple[ast.Module | None, Place | None]:
    """Blank out the magics among ``lines``, in place; return the tree of what is left, or why not.

    Without that, what a shell line holds would decide which tokens Python finds behind it.
    """
    for _ in range(min(MOST_MAGICS, 2 + WORK // (len(cell.text) + 1))):
        found = _tree("\n".join(lines))
        if isinstance(found, ast.Module):
            return found, None
        line = getattr(found, "lineno", None) or 0
        magic = MAGIC.match(lines[line - 1]) if 0 < line <= len(lines) else None
        if cell.number is None or magic is None:
            said = NOTEBOOK_ONLY if magic else getattr(found, "msg", None) or str(found)
            return None, Place(file=cell.file, cell=cell.number, line=line or None, text=said[:200])
        end = line - 1
        while lines[end].rstrip().endswith("\\") and end + 1 < len(lines):
            end += 1  # a magic may go on behind a backslash
        # Fine in a notebook: look on behind it, and do not come back for each of its kind.
        lines[line - 1 : end + 1] = [f"{magic[1]}pass", *[""] * (end + 1 - line)]
        lines[:] = [COMMAND.sub("pass", text) for text in lines]
    text = "a cell with so many magics is no program"
    return None, Place(file=cell.file, cell=cell.number, text=text)


def _tree(text: str) -> ast.Module | Exception:
    if DEEP_NAME.search(text):
        return ValueError("a name of more than a hundred parts is too long")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an escape like \d is worth a warning, not an error
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return error
