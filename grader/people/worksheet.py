"""A table that some system wrote, to be given back to it with a few cells filled in.

Every cell is kept as it was written, with what ends it: quotes, spaces, separators and line ends.
So what nobody sets is written back byte for byte, which ``csv.writer`` could not do: it has one way
to quote and one to end a line. Cells are told apart as ``csv.reader`` does it, and a test compares.
"""

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from grader.errors import CallerError
from grader.people.names import folded
from grader.people.tables import HINT, SEPARATORS
from grader.people.texts import Decoded, read_text

QUOTE = '"'
QUOTED = re.compile(r'"((?:[^"]|"")*+)"(.*)', re.S)
"""What begins in quotes may go on after them."""
Line = tuple["Cell", ...]


@dataclass(frozen=True)
class Cell:
    """``raw`` is what was written; ``end`` a separator, the end of a line, or nothing at the end of
    the file.
    """

    raw: str
    end: str = ""

    @property
    def text(self) -> str:
        """What it says to a reader of CSV."""
        parts = QUOTED.fullmatch(self.raw)
        return parts[1].replace(QUOTE * 2, QUOTE) + parts[2] if parts else self.raw

    def saying(self, text: str, separator: str) -> "Cell":
        """Return the cell with another text, in quotes where it had them or the text needs them."""
        needed = any(sign in text for sign in (separator, QUOTE, "\r", "\n"))
        if needed or self.raw.startswith(QUOTE):
            text = QUOTE + text.replace(QUOTE, QUOTE * 2) + QUOTE
        return replace(self, raw=text)


@dataclass(frozen=True)
class Worksheet:
    """Lines of cells; lines and columns are counted from 0."""

    source: Decoded
    separator: str
    lines: tuple[Line, ...]

    @functools.cached_property
    def header(self) -> tuple[str, ...]:
        """The names of the columns, trimmed; none in an empty file."""
        return tuple(cell.text.strip() for cell in self.lines[self._first]) if self._full else ()

    @functools.cached_property
    def rows(self) -> tuple[int, ...]:
        """The lines below the header that say anything."""
        return tuple(line for line in self._full if line > self._first)

    def text(self, row: int, column: int) -> str:
        """Return what a cell says, trimmed; nothing where a line is too short."""
        line = self.lines[row]
        return line[column].text.strip() if column < len(line) else ""

    def column(self, column: int) -> tuple[str, ...]:
        """Return what the rows say in a column."""
        return tuple(self.text(row, column) for row in self.rows)

    def filled(self, cells: Mapping[tuple[int, int], str]) -> bytes:
        """Return the file with these cells, by row and column, saying something else."""
        lines = {row: list(self.lines[row]) for row, _ in cells}
        for (row, column), text in cells.items():
            _lengthen(lines[row], column, self.separator)
            lines[row][column] = lines[row][column].saying(text, self.separator)
        every = (lines.get(row, line) for row, line in enumerate(self.lines))
        return self.source.encode("".join(one.raw + one.end for line in every for one in line))

    @property
    def open(self) -> bool:
        """Whether the last cell begins with a quote that is never closed."""
        last = self.lines[-1][-1].raw
        return last.startswith(QUOTE) and not QUOTED.fullmatch(last)

    @functools.cached_property
    def _full(self) -> tuple[int, ...]:
        full = (any(cell.text.strip() for cell in line) for line in self.lines)
        return tuple(row for row, says in enumerate(full) if says)

    @functools.cached_property
    def _first(self) -> int:
        first = self._full[0] if self._full else 0
        hint = folded("".join(cell.text for cell in self.lines[first])).startswith(HINT)
        return self._full[1] if hint and len(self._full) > 1 else first


def read_worksheet(path: Path, wanted: Callable[[Worksheet], bool]) -> Worksheet:
    """Return the table at ``path``, separated so that it is ``wanted``; where it never is, so that
    it has the most columns.

    Raises CallerError where the file cannot be read, or ends within a cell.
    """
    source = read_text(path)
    sheets = [split(source, separator) for separator in SEPARATORS]
    found = next((sheet for sheet in sheets if wanted(sheet)), None)
    found = found or max(sheets, key=lambda sheet: len(sheet.header))
    if found.open:
        raise CallerError(f"{path} is no whole table (a quote is never closed): export it again")
    return found


def split(source: Decoded, separator: str) -> Worksheet:
    """Return a text as a table whose cells are separated by ``separator``."""
    lines, line = list[Line](), list[Cell]()
    for found in _cells(separator).finditer(source.text):
        line.append(Cell(found["raw"], found["end"]))
        if found["end"] != separator:
            lines.append(tuple(line))
            line = []
        if not found["end"]:
            break
    return Worksheet(source, separator, tuple(lines))


@functools.cache
def _cells(separator: str) -> re.Pattern[str]:
    """What a cell is. Possessive (``*+``): a quote that is never closed must not be tried as an
    ordinary letter; it holds all the rest.
    """
    plain = rf"[^{separator}\r\n]*"
    quoted = rf'"(?:[^"]|"")*+(?:"{plain}|\Z)'
    return re.compile(rf"(?P<raw>{quoted}|{plain})(?P<end>{separator}|\r\n|\r|\n|\Z)")


def _lengthen(line: list[Cell], column: int, separator: str) -> None:
    """Add empty cells up to ``column``; the end of the line stays that of its last cell."""
    while len(line) <= column:
        last = line[-1]
        line[-1] = replace(last, end=separator)
        line.append(Cell("", last.end))
