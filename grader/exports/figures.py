"""Figures in a table that somebody else wrote, read and written as its other figures are."""

import re
from collections.abc import Iterable

FIGURE = re.compile(r"-?\d+(?:[.,]\d+)?", re.A)
COMMA, POINT = ",", "."


def read_figure(text: str) -> float | None:
    """Return the figure a cell holds, with a decimal point or comma; ``None`` where it is none."""
    return float(text.replace(COMMA, POINT)) if FIGURE.fullmatch(text) else None


def decimal_mark(cells: Iterable[str], separator: str) -> str:
    """Return how these cells mark decimals.

    Where they do not tell, a comma if cells are separated by semicolons: that is why they are.
    """
    figures = [cell for cell in cells if FIGURE.fullmatch(cell)]
    commas = sum(COMMA in cell for cell in figures)
    points = sum(POINT in cell for cell in figures)
    if commas == points:
        return COMMA if separator == ";" else POINT
    return COMMA if commas > points else POINT


def write_figure(value: float, mark: str) -> str:
    """Return a figure with at most two decimals, which is what the platforms keep."""
    return f"{value:.2f}".rstrip("0").rstrip(POINT).replace(POINT, mark)
