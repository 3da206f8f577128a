"""Figures in a table that somebody else wrote, read and written as its other figures are."""

import re
from collections.abc import Iterable

FIGURE = re.compile(r"-?\d+(?:[.,]\d+)?", re.A)
COMMA, POINT = ",", "."
DECIMALS = range(2, 6)
"""Two are what platforms show, five the most they keep."""
NEAR = 1e-9


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


def write_figure(value: float, mark: str, line: float = 0.0) -> str:
    """Return a figure with two decimals at most, or as many more as keep it on its side of a
    ``line``: rounding passes nobody and fails nobody.
    """
    above = value >= line - NEAR
    texts = [f"{value:.{decimals}f}" for decimals in DECIMALS]
    text = next((one for one in texts if (float(one) >= line - NEAR) is above), texts[-1])
    return text.rstrip("0").rstrip(POINT).replace(POINT, mark)
