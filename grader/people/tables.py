"""Reads a table that some system or spreadsheet wrote as CSV, in whatever dialect it has.

The separator is the one under which the first row holds what is looked for: guessing from the
frequency of characters, as ``csv.Sniffer`` does, goes wrong on names with commas.
"""

import codecs
import csv
import io
from collections.abc import Callable, Mapping
from pathlib import Path

from grader.errors import CallerError
from grader.people.names import folded

SEPARATORS = (",", ";", "\t")
MAX_BYTES = 20_000_000
MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}

Row = Mapping[str, str]
"""The cells of a line under the folded names of their columns; all trimmed, none missing."""


def read_table(
    path: Path, wanted: Callable[[set[str]], bool]
) -> tuple[list[str], list[Row] | None]:
    """Return the names of the columns, and the rows; ``None`` where ``wanted`` wants no such table.

    Raises CallerError where the file cannot be read as a table at all.
    """
    text = _text(path)
    first = list[str]()
    for separator in SEPARATORS:
        lines = _lines(path, text, separator)
        header = lines[0] if lines else []
        if wanted({folded(name) for name in header}):
            return header, [_row(header, line) for line in lines[1:]]
        first = max(first, header, key=len)
    return first, None


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise CallerError(f"{path} is over {MAX_BYTES // 10**6} MB: it is no table of a class")
        content = path.read_bytes()
    except OSError as error:
        raise CallerError(f"{path} cannot be read ({error.strerror}): check the path") from None
    if content.startswith(b"PK\3\4"):
        raise CallerError(f"{path} is a spreadsheet: save it as CSV, and name that file")
    for encoding in _encodings(content):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise CallerError(f"{path} is no text that can be read: save it as CSV in UTF-8")


def _encodings(content: bytes) -> list[str]:
    """What the content may be encoded in, the likeliest first."""
    for mark, encoding in MARKS.items():
        if content.startswith(mark):
            return [encoding]
    if b"\0" in content[:2]:
        return ["utf-16-be" if content[:1] == b"\0" else "utf-16-le"]
    return ["utf-8", "cp1252"]


def _lines(path: Path, text: str, separator: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        lines = [[cell.strip() for cell in line] for line in reader]
    except csv.Error as error:
        raise CallerError(f"{path} is no table that can be read ({error}): save it again") from None
    full = [line for line in lines if any(line)]
    hint = bool(full) and folded("".join(full[0])).startswith("sep=")  # Excel's, to itself
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
