"""Prepares the confusion matrix: rows as shares, heat levels, and the pairs mixed up most."""

from collections.abc import Sequence
from dataclasses import dataclass

from grader.reports.text import percent

LEVELS = 9
MOST_CLASSES = 40

Matrix = Sequence[Sequence[int]]


@dataclass(frozen=True)
class Cell:
    """One count; ``level`` 0..9 is its share of the row, 0 only for none at all."""

    count: int
    level: int
    right: bool
    text: str


@dataclass(frozen=True)
class Line:
    """All images of one class."""

    name: str
    cells: tuple[Cell, ...]
    total: int
    right: str


@dataclass(frozen=True)
class Pair:
    """Two classes mixed up: ``count`` of ``total`` images of ``actual`` read as ``predicted``.

    ``labels`` are both by number.
    """

    labels: tuple[int, int]
    actual: str
    predicted: str
    count: int
    total: int
    share: str


@dataclass(frozen=True)
class Heatmap:
    """The matrix as a table; ``lines`` is empty where it is too large to be one."""

    names: tuple[str, ...]
    lines: tuple[Line, ...]
    pairs: tuple[Pair, ...]
    images: int
    wrong: int


def name(classes: Sequence[str], label: int) -> str:
    """The name of a class; outputs beyond the classes are numbered."""
    return classes[label] if 0 <= label < len(classes) else f"output {label}"


def heatmap(matrix: Matrix, classes: Sequence[str]) -> Heatmap:
    """Turn counts (row: what it is, column: what it was read as) into a table."""
    width = max((len(row) for row in matrix), default=0)
    used = [column for column in range(width) if column < len(classes) or _total(matrix, column)]
    lines = tuple(
        _line(index, row, used, name(classes, index))
        for index, row in enumerate(matrix)
        if index < len(classes) or any(row)
    )
    small = max(len(used), len(lines)) <= MOST_CLASSES
    images = sum(sum(row) for row in matrix)
    right = sum(row[index] for index, row in enumerate(matrix) if index < len(row))
    return Heatmap(
        names=tuple(name(classes, column) for column in used),
        lines=lines if small else (),
        pairs=tuple(most_confused(matrix, classes)),
        images=images,
        wrong=images - right,
    )


def most_confused(matrix: Matrix, classes: Sequence[str], most: int = 3) -> list[Pair]:
    """Return the pairs mixed up most often, by count, then by share of the class."""
    found = [
        (count, count / sum(row), actual, predicted)
        for actual, row in enumerate(matrix)
        for predicted, count in enumerate(row)
        if actual != predicted and count > 0
    ]
    found.sort(key=lambda pair: (-pair[0], -pair[1], pair[2], pair[3]))
    return [
        Pair(
            labels=(actual, predicted),
            actual=name(classes, actual),
            predicted=name(classes, predicted),
            count=count,
            total=sum(matrix[actual]),
            share=percent(share, 0),
        )
        for count, share, actual, predicted in found[:most]
    ]


def _total(matrix: Matrix, column: int) -> int:
    return sum(row[column] for row in matrix if column < len(row))


def _line(index: int, row: Sequence[int], used: Sequence[int], title: str) -> Line:
    total = sum(row)
    cells = []
    for column in used:
        count = row[column] if column < len(row) else 0
        level = max(1, round(LEVELS * count / total)) if count else 0
        cells.append(Cell(count, level, column == index, f"{count:,}"))
    right = row[index] / total if total and index < len(row) else None
    return Line(title, tuple(cells), total, percent(right, 0))
