"""Geometry of the class page's charts. Colours, hatching and fonts belong to the stylesheet."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from grader.reports.charts import Tick
from grader.reports.class_figures import Spread

WIDTH, HEIGHT = 440, 250
LEFT, RIGHT, TOP, BOTTOM = 34, 430, 34, 208
BINS = 20
MOST_TICKS = 5
BOX_WIDTH = 100.0

Format = Callable[[float], str]


@dataclass(frozen=True)
class Series:
    """Values of one kind; ``role`` is its class in the stylesheet."""

    role: str
    name: str
    values: tuple[float, ...]


@dataclass(frozen=True)
class Block:
    """The part of a bar that belongs to one series."""

    role: str
    y: float
    height: float


@dataclass(frozen=True)
class Bar:
    """One interval: its blocks from below, and how many values of each series are in it."""

    x: float
    width: float
    top: float
    blocks: tuple[Block, ...]
    counts: tuple[int, ...]
    label: str

    @property
    def total(self) -> int:
        """How many values are in the interval."""
        return sum(self.counts)


@dataclass(frozen=True)
class Histogram:
    """A histogram of stacked series, ready to be drawn."""

    id: str
    title: str
    description: str
    unit: str
    series: tuple[Series, ...]
    bars: tuple[Bar, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    mark: Tick | None
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT
    top: int = TOP
    bottom: int = BOTTOM


@dataclass(frozen=True)
class Axis:
    """The axis of the values: from ``low`` in ``count`` intervals of ``step``."""

    low: float
    step: float
    count: int

    def bin(self, value: float) -> int:
        """The interval of a value; the last one includes its upper end."""
        return max(0, min(self.count - 1, math.floor((value - self.low) / self.step + 1e-9)))

    def x(self, value: float) -> float:
        """Where a value is drawn."""
        share = (value - self.low) / (self.step * self.count)
        return round(LEFT + (RIGHT - LEFT) * min(1.0, max(0.0, share)), 1)

    def edge(self, index: int) -> float:
        """The lower end of an interval."""
        return round(self.low + index * self.step, 9)


@dataclass(frozen=True)
class Box:
    """A spread as lengths along a line of ``BOX_WIDTH``."""

    lowest: float
    lower: float
    median: float
    upper: float
    highest: float


def nice(rough: float) -> float:
    """Return the smallest of 1, 2, 2.5 and 5 times a power of ten that is at least ``rough``."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= rough * (1 - 1e-9))


def axis(low: float, high: float) -> Axis:
    """Return an axis of about ``BINS`` round intervals from ``low`` to a greater ``high``."""
    step = nice((high - low) / BINS)
    first = math.floor(low / step + 1e-9)
    return Axis(first * step, step, math.ceil(high / step - 1e-9) - first)


def histogram(
    id: str,
    title: str,
    series: Sequence[Series],
    along: Axis,
    show: Format,
    unit: str,
    mark: Tick | None = None,
) -> Histogram:
    """Count the values of ``series`` by interval; ``mark`` is a value to point out."""
    counts = [[0] * len(series) for _ in range(along.count)]
    for place, one in enumerate(series):
        for value in one.values:
            counts[along.bin(value)][place] += 1
    step = max(1, math.ceil(nice(max(1, *map(sum, counts)) / MOST_TICKS)))
    most = step * math.ceil(max(1, *map(sum, counts)) / step)

    def y(count: float) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * count / most, 1)

    bars = tuple(_bar(i, row, series, along, y, show) for i, row in enumerate(counts))
    every = max(1, round(along.count / 5))
    return Histogram(
        id=id,
        title=title,
        description=_sentence(series, bars, unit),
        unit=unit,
        series=tuple(series),
        bars=bars,
        x_ticks=tuple(
            Tick(along.x(along.edge(i)), show(along.edge(i)))
            for i in range(0, along.count + 1, every)
        ),
        y_ticks=tuple(Tick(y(i), f"{i}") for i in range(0, most + 1, step)),
        mark=None if mark is None else Tick(along.x(mark.at), mark.label),
    )


def _bar(
    index: int,
    counts: Sequence[int],
    series: Sequence[Series],
    along: Axis,
    y: Callable[[float], float],
    show: Format,
) -> Bar:
    low, high = along.edge(index), along.edge(index + 1)
    blocks, below = [], 0
    for one, count in zip(series, counts, strict=True):
        if count:
            blocks.append(Block(one.role, y(below + count), round(y(below) - y(below + count), 1)))
        below += count
    left, right = along.x(low) + 1, along.x(high) - 1
    label = f"{show(low)} to {show(high)}"
    return Bar(left, round(right - left, 1), y(below), tuple(blocks), tuple(counts), label)


def _sentence(series: Sequence[Series], bars: Sequence[Bar], unit: str) -> str:
    fullest = max(bars, key=lambda bar: bar.total)
    numbers = ", ".join(f"{len(one.values)} {one.name}" for one in series)
    return f"{numbers}. Most, {fullest.total}, lie from {fullest.label} {unit}.".replace("  ", " ")


def box(found: Spread, low: float, high: float) -> Box:
    """Return ``found`` along a line from ``low`` to ``high``."""

    def at(value: float) -> float:
        return round(BOX_WIDTH * (value - low) / ((high - low) or 1.0), 1)

    return Box(*map(at, (found.lowest, found.lower, found.median, found.upper, found.highest)))
