"""The code of a submission as cells: a script is one, a notebook has one per code cell."""

import io
import json
import tokenize
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MOST_CODE = 2_000_000
"""Characters of all code that is looked at: reading a million takes seconds and much memory."""
MUCH_CODE = "this is more than two megabytes of code: keep data in files of its own"


@dataclass(frozen=True)
class Cell:
    """One piece of the code in ``file``; ``number`` counts code cells from 1, a script has none."""

    file: str
    number: int | None
    text: str


class Unreadable(Exception):
    """A file of the submission is damaged: a graded result, not the caller's mistake."""


def read_cells(folder: Path, file: str) -> list[Cell]:
    """Return the code of one ``file`` of a submission. Raises Unreadable."""
    content = (folder / file).read_bytes()
    if not file.lower().endswith(".ipynb"):
        return [Cell(file, None, _script(content))]
    try:
        document = json.loads(content.decode("utf-8-sig"))
        cells = [cell for cell in _all_cells(document) if cell.get("cell_type") == "code"]
        found = [Cell(file, i, _text(cell)) for i, cell in enumerate(cells, 1)]
    except (ValueError, AttributeError, TypeError, KeyError, RecursionError):
        raise Unreadable("the file is not a notebook that Jupyter can open") from None
    if sum(len(cell.text) for cell in found) > MOST_CODE:
        raise Unreadable(MUCH_CODE)
    return found


def _script(content: bytes) -> str:
    """Decode a script as Python does, by its first lines. Raises Unreadable."""
    if b"\0" in content:
        raise Unreadable("the file is not a Python script but something binary")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        text = content.decode(encoding)
    except (SyntaxError, UnicodeError, LookupError):  # a file may name any of Python's encodings
        raise Unreadable(
            "the file is not saved as UTF-8, which Python expects: save it again as UTF-8"
        ) from None
    return _whole(text).replace("\r\n", "\n").replace("\r", "\n")


def _whole(text: str) -> str:
    """Half a character, which JSON and some encodings can hold, becomes a question mark."""
    return text.encode("utf-8", "replace").decode()


def _all_cells(document: dict[str, Any]) -> list[dict[str, Any]]:
    if "worksheets" in document:  # notebook format 3
        return [cell for sheet in document["worksheets"] for cell in sheet["cells"]]
    return list(document["cells"])


def _text(cell: dict[str, Any]) -> str:
    source = cell.get("source", cell.get("input", ""))
    return _whole(source if isinstance(source, str) else "".join(source))
