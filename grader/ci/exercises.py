"""Which exercises of the handout are still open, by the headings that stand above them.

A starter names its exercises in comments of the script, or in cells of text of the notebook. Work
that is written in another way has no such headings; then only the places are known.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from grader.model.source import Place
from grader.reports.text import visible

HEADING = re.compile(r"^\W{0,20}(Exercise \d{1,3}\b[^\n]{0,100}?)[\s\-=#*]*$", re.MULTILINE)
MOST = 20


@dataclass(frozen=True)
class OpenExercise:
    """An exercise by its heading, and the first placeholder that is left below it."""

    title: str
    where: Place


def open_exercises(
    text: str, placeholders: Iterable[Place], *, notebook: bool
) -> tuple[OpenExercise, ...]:
    """Return the exercises whose headings stand above the ``placeholders`` in a file's ``text``."""
    headings = list(_of_notebook(text) if notebook else _of_script(text))
    found: dict[str, OpenExercise] = {}
    for place in placeholders:
        at = (place.cell or 0, place.line or 0)
        above = [title for begins, title in headings if begins <= at]
        if above:
            title = visible(above[-1], 120)
            found.setdefault(title, OpenExercise(title, place))
    return tuple(found.values())[:MOST]


def _of_script(text: str) -> Iterator[tuple[tuple[int, int], str]]:
    for number, line in enumerate(text.splitlines(), 1):
        match = HEADING.match(line) if line.lstrip().startswith("#") and len(line) < 300 else None
        if match:
            yield (0, number), match[1]


def _of_notebook(text: str) -> Iterator[tuple[tuple[int, int], str]]:
    """Headings with the code cell that follows them."""
    number = 1
    for cell in _cells(text):
        if cell.get("cell_type") == "code":
            number += 1
            continue
        source = cell.get("source", "")
        words = source if isinstance(source, str) else "".join(map(str, source))
        match = HEADING.search(words[:5000])
        if match:
            yield (number, 0), match[1]


def _cells(text: str) -> list[dict[str, Any]]:
    try:
        found = json.loads(text)["cells"]
        return [cell for cell in found if isinstance(cell, dict)]
    except (ValueError, TypeError, KeyError, RecursionError):
        return []
