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
    shown, every = _within(cells or [], marks(grade.diagnosis)), len(cells or [])
    context = {
        "grade": grade,
        "assignment": assignment,
        "readable": cells is not None,
        "cells": shown,
        "left_out": every - len(shown),
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
    """The first cells as HTML, as many as there is room for."""
    draw = environment().get_template("notebook_cell.html.j2")
    shown: list[Markup] = []
    room = LARGEST
    for cell in cells:
        drawn = draw.render(cell=cell, marked=marked)
        room -= len(drawn.encode("utf-8", "replace"))
        if room < 0:
            break
        shown.append(Markup(drawn))  # noqa: S704 - the template has escaped it
    return shown
