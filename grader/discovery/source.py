"""The code of a submission as cells: a script is one, a notebook has one per code cell."""

import io
import json
import tokenize
from dataclasses import dataclass
from typing import Any

from grader.model.submission import Kind, Submission


@dataclass(frozen=True)
class Cell:
    """One piece of code; ``number`` counts code cells from 1 and is ``None`` for a script."""

    number: int | None
    text: str


class Unreadable(Exception):
    """The submission's own file is damaged: a graded result, not the caller's mistake."""


def read_cells(submission: Submission) -> list[Cell]:
    """Return the submission's code. Raises Unreadable."""
    content = (submission.folder / submission.main).read_bytes()
    if submission.kind is Kind.SCRIPT:
        return [Cell(None, _script(content))]
    try:
        document = json.loads(content.decode("utf-8-sig"))
        cells = [cell for cell in _all_cells(document) if cell.get("cell_type") == "code"]
        return [Cell(i, _text(cell)) for i, cell in enumerate(cells, 1)]
    except (ValueError, AttributeError, TypeError, KeyError, RecursionError):
        raise Unreadable("the file is not a notebook that Jupyter can open") from None


def _script(content: bytes) -> str:
    """Decode a script as Python does, by its first lines. Raises Unreadable."""
    if b"\0" in content:
        raise Unreadable("the file is not a Python script but something binary")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        text = content.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError):
        raise Unreadable(
            "the file is not saved as UTF-8, which Python expects: save it again as UTF-8"
        ) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _all_cells(document: dict[str, Any]) -> list[dict[str, Any]]:
    if "worksheets" in document:  # notebook format 3
        return [cell for sheet in document["worksheets"] for cell in sheet["cells"]]
    return list(document["cells"])


def _text(cell: dict[str, Any]) -> str:
    source = cell.get("source", cell.get("input", ""))
    text = source if isinstance(source, str) else "".join(source)
    return text.encode("utf-8", "replace").decode()  # JSON can hold half a character
