"""Reads an executed notebook as inert text and pictures.

The file was written where the student's code ran, so all of it may be a trap. What is taken from it
is text, which the page escapes, and pictures that are what they say they are. HTML, SVG, scripts
and Markdown are never shown as such: an output's plain text stands for it.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, NamedTuple

from grader.reports.pictures import Picture, picture
from grader.reports.text import ANSI, lines, visible

LARGEST = 16_000_000
"""Bytes of a notebook that are read; a larger one holds more than a page could show."""
MOST_CELLS = 1000
MOST_CODE = 600
"""Lines of one cell that are shown."""
LONGEST = 200_000
"""Characters of one cell, or of one output, that are looked at."""
HEAD, TAIL = 60, 40
"""Lines of one output that are shown."""
MOST_OUTPUTS = 60
PICTURES = ("image/png", "image/jpeg")


@dataclass(frozen=True)
class Output:
    """What a cell gave: ``lines`` of text, or a picture.

    ``kind`` is ``out``, ``err`` (what went to stderr), ``error`` (an exception) or ``picture``.
    """

    kind: str
    lines: tuple[str, ...] = ()
    picture: Picture | None = None


@dataclass(frozen=True)
class CellView:
    """One cell; ``number`` counts code cells from 1 and is 0 for text.

    ``left_out`` counts what was too much to show: lines of code, and outputs.
    """

    number: int
    lines: tuple[str, ...]
    outputs: tuple[Output, ...] = ()
    left_out: tuple[int, int] = (0, 0)

    def without_pictures(self) -> "CellView":
        """The same cell for a page that has no room for its pictures."""
        note = Output("out", ("[a picture, left out because this page would grow too large]",))
        outputs = tuple(note if one.picture else one for one in self.outputs)
        return replace(self, outputs=outputs)


class Cells(NamedTuple):
    """The first cells of a notebook, and how many there are besides."""

    shown: tuple[CellView, ...]
    left_out: int


def read(content: bytes) -> Cells | None:
    """Return the cells of a notebook; ``None`` where it cannot be read as one. Never raises."""
    if len(content) > LARGEST:
        return None
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return None
    cells = document.get("cells") if isinstance(document, dict) else None
    if not isinstance(cells, list):
        return None
    return Cells(tuple(_cells(cells[:MOST_CELLS])), max(0, len(cells) - MOST_CELLS))


def _cells(cells: Iterable[Any]) -> Iterator[CellView]:
    number = 0
    for cell in cells:
        if isinstance(cell, dict):
            code = cell.get("cell_type") == "code"
            number += code
            yield _cell(cell, number if code else 0)


def _cell(cell: dict[str, Any], number: int) -> CellView:
    source = _text(cell.get("source")).strip("\n")
    every = source[:LONGEST].expandtabs(4).split("\n")[:MOST_CODE]
    given = cell.get("outputs")
    outputs = given if number and isinstance(given, list) else []
    return CellView(
        number,
        tuple(visible(line, 400) for line in every),
        tuple(_outputs(outputs[:MOST_OUTPUTS])),
        (source.count("\n") + 1 - len(every), max(0, len(outputs) - MOST_OUTPUTS)),
    )


def _outputs(outputs: Iterable[Any]) -> Iterator[Output]:
    """What a cell gave; what it printed in several goes to one stream is one piece."""
    known = (one for one in outputs if isinstance(one, dict))
    for stream, pieces in groupby(known, _stream):
        if stream:
            printed = "".join(_text(one.get("text")) for one in pieces)
            found = [_printed("err" if stream == "stderr" else "out", printed)]
        else:
            found = [_output(one) for one in pieces]
        yield from (one for one in found if one is not None)


def _stream(one: dict[str, Any]) -> str:
    """The stream that an output went to; empty where it is no printed text."""
    printed = one.get("output_type") == "stream"
    return ("stderr" if one.get("name") == "stderr" else "stdout") if printed else ""


def _output(one: dict[str, Any]) -> Output | None:
    if one.get("output_type") == "error":
        said = f"{_text(one.get('ename'))}: {_text(one.get('evalue'))}"
        return _printed("error", _text(one.get("traceback"), "\n") or said)
    data = one.get("data")
    return _shown(data) if isinstance(data, dict) else None


def _shown(data: dict[str, Any]) -> Output | None:
    """A picture where there is one that can be trusted, else plain text, else what is missing."""
    for kind in PICTURES:
        found = picture(kind, _text(data.get(kind)))
        if found is not None:
            return Output("picture", picture=found)
    if "text/plain" in data:
        return _printed("out", _text(data["text/plain"]))
    names = ", ".join(sorted(str(name) for name in data))
    return _printed("out", f"[something to look at, which is not shown here: {names[:200]}]")


def _printed(kind: str, text: str) -> Output | None:
    """Text as a terminal would leave it: of a line that was written over, its last state."""
    if len(text) > LONGEST:
        text = f"{text[: LONGEST // 2]}\n… much left out …\n{text[-LONGEST // 2 :]}"
    plain = ANSI.sub("", text)
    every = [line.rstrip("\r").rpartition("\r")[2] for line in plain.split("\n")]
    shown = tuple(lines("\n".join(every), HEAD, TAIL))
    return Output(kind, shown) if any(shown) else None


def _text(value: Any, between: str = "") -> str:
    """A text as notebooks keep it: whole, or in a list of its lines."""
    if isinstance(value, list):
        return between.join(one for one in value if isinstance(one, str))
    return value if isinstance(value, str) else ""
