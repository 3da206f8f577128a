"""Reads a table that some system or spreadsheet wrote as CSV, in whatever dialect it has.

The separator is the one under which the first row holds what is looked for: guessing from the
frequency of characters, as ``csv.Sniffer`` does, goes wrong on names with commas.
"""

import csv
import io
from collections.abc import Callable, Mapping
from pathlib import Path

from grader.errors import CallerError
from grader.people.names import folded
from grader.people.texts import read_text

SEPARATORS = (",", ";", "\t")
HINT = "sep="
"""How a line begins in which Excel says to itself what separates the cells."""

Row = Mapping[str, str]
"""The cells of a line under the folded names of their columns; all trimmed, none missing."""


def read_table(
    path: Path, wanted: Callable[[set[str]], bool]
) -> tuple[list[str], list[Row] | None]:
    """Return the names of the columns, and the rows; ``None`` where ``wanted`` wants no such table.

    Raises CallerError where the file cannot be read as a table at all.
    """
    text = read_text(path).text
    first = list[str]()
    for separator in SEPARATORS:
        lines = _lines(path, text, separator)
        header = lines[0] if lines else []
        if wanted({folded(name) for name in header}):
            return header, [_row(header, line) for line in lines[1:]]
        first = max(first, header, key=len)
    return first, None


def _lines(path: Path, text: str, separator: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        lines = [[cell.strip() for cell in line] for line in reader]
    except csv.Error as error:
        raise CallerError(f"{path} is no table that can be read ({error}): save it again") from None
    full = [line for line in lines if any(line)]
    hint = bool(full) and folded("".join(full[0])).startswith(HINT)
    return full[1:] if hint else full


def _row(header: list[str], line: list[str]) -> Row:
    """A short line ends in empty cells; of two columns of one name, the first that says something
    counts.
    """
    cells = dict[str, str]()
    for name, cell in zip(header, line + [""] * len(header), strict=False):
        key = folded(name)
        cells[key] = cells.get(key) or cell
    return cells
