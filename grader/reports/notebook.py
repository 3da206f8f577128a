"""Renders the executed notebook as a page beside the report, as inert as the report itself."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from grader.model.assignment import Assignment
from grader.model.diagnosis import Diagnosis
from grader.model.grade import Grade
from grader.reports.environment import environment, sheet
from grader.reports.notebook_cells import CellView, read

LARGEST = 4_500_000
"""Bytes of all cells on the page; what comes after is left out, and the page says so."""

Marks = Mapping[tuple[int, int], int]
"""The number of the mistake, counted from 1, by the cell and line that it was made in."""


def render_notebook(content: bytes, grade: Grade, assignment: Assignment) -> str:
    """Return the whole page of an executed notebook as HTML, to be written as UTF-8.

    Never raises for what ``content`` is: what cannot be read is said on the page.
    """
    cells = read(content)
    given = cells.shown if cells else ()
    shown = _within(given, marks(grade.diagnosis))
    context = {
        "grade": grade,
        "assignment": assignment,
        "readable": cells is not None,
        "cells": shown,
        "left_out": len(given) - len(shown) + (cells.left_out if cells else 0),
        "sheet": sheet("style.css", "code.css", "notebook.css"),
    }
    return environment().get_template("notebook.html.j2").render(context)


def marks(found: Sequence[Diagnosis]) -> dict[tuple[int, int], int]:
    """Where in the notebook the mistakes are; of several in one line, the first."""
    marked: dict[tuple[int, int], int] = {}
    for number, one in enumerate(found, start=1):
        if one.where and one.where.cell and one.where.line:
            marked.setdefault((one.where.cell, one.where.line), number)
    return marked


def _within(cells: Sequence[CellView], marked: Marks) -> list[Markup]:
    """The first cells as HTML, as many as there is room for; pictures are left out first."""
    shown: list[Markup] = []
    room = LARGEST
    for cell in cells:
        drawn = _drawn(cell, marked)
        if _size(drawn) > room:
            drawn = _drawn(cell.without_pictures(), marked)
        if _size(drawn) > room:
            break
        room -= _size(drawn)
        shown.append(drawn)
    return shown


def _drawn(cell: CellView, marked: Marks) -> Markup:
    template = environment().get_template("notebook_cell.html.j2")
    return Markup(template.render(cell=cell, marked=marked))  # noqa: S704 - it is escaped there


def _size(drawn: Markup) -> int:
    return len(drawn.encode("utf-8", "replace"))
