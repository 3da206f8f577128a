"""Geometry of the line charts. Colours, dashes and fonts belong to the stylesheet."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from grader.reports.curves import Curve, Curves
from grader.reports.text import loss, percent

WIDTH, HEIGHT = 440, 270
LEFT, RIGHT, TOP, BOTTOM = 46, 430, 12, 232
MOST_TICKS = 6


class Tick(NamedTuple):
    """A mark on an axis: where, and its label."""

    at: float
    label: str


class Marker(NamedTuple):
    """One epoch's point; ``title`` is what a pointer resting on it shows."""

    x: float
    y: float
    measured: bool
    title: str


@dataclass(frozen=True)
class Line:
    """One curve: ``points`` for a polyline and a marker for each epoch."""

    role: str
    name: str
    points: str
    markers: tuple[Marker, ...]


@dataclass(frozen=True)
class Chart:
    """A line chart over epochs, ready to be drawn."""

    id: str
    title: str
    description: str
    lines: tuple[Line, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT
    bottom: int = BOTTOM


Series = tuple[str, str, Curve]
Format = Callable[[float], str]
Scale = Callable[[float], float]


def accuracy_chart(curves: Curves) -> Chart | None:
    """Accuracy per epoch beside the reference's; ``None`` where the student has no point."""
    if not (curves.train_accuracy or curves.valid_accuracy):
        return None
    series: list[Series] = [
        ("reference-train", "reference, training", curves.reference_train),
        ("reference-valid", "reference, validation", curves.reference_valid),
        ("train", "training", curves.train_accuracy),
        ("valid", "validation", curves.valid_accuracy),
    ]
    lowest = min(0.95, *(point.value for _, _, curve in series for point in curve))
    step = _step(1 - lowest)
    bottom = max(0.0, math.floor(lowest / step) * step)
    return _chart("accuracy", "Accuracy per epoch", series, (bottom, 1.0, step), _whole_percent)


def loss_chart(curves: Curves) -> Chart | None:
    """Mean loss per epoch; ``None`` where there is no loss to show."""
    if not (curves.train_loss or curves.valid_loss):
        return None
    series: list[Series] = [
        ("train", "training", curves.train_loss),
        ("valid", "validation", curves.valid_loss),
    ]
    values = [point.value for _, _, curve in series for point in curve]
    low, high = min(0.0, *values), max(values)
    step = _step((high - low) or 1.0)
    scale = math.floor(low / step) * step, math.ceil(high / step) * step or step, step
    return _chart("loss", "Loss per epoch", series, scale, _short)


def _chart(
    id: str, title: str, series: Sequence[Series], scale: tuple[float, float, float], show: Format
) -> Chart:
    low, high, step = scale
    last = max(point.epoch for _, _, curve in series for point in curve)

    def x(epoch: float) -> float:
        return round(LEFT + 8 + (RIGHT - LEFT - 16) * ((epoch - 1) / (last - 1 or 1)), 1)

    def y(value: float) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * (value - low) / (high - low), 1)

    full: Format = percent if show is _whole_percent else loss
    lines = tuple(_line(role, name, curve, x, y, full) for role, name, curve in series if curve)
    count = round((high - low) / step)
    return Chart(
        id=id,
        title=title,
        description=" ".join(_sentence(name, curve, full) for _, name, curve in series if curve),
        lines=lines,
        x_ticks=tuple(Tick(x(epoch), str(epoch)) for epoch in _epochs(last)),
        y_ticks=tuple(Tick(y(low + i * step), show(low + i * step)) for i in range(count + 1)),
    )


def _line(role: str, name: str, curve: Curve, x: Scale, y: Scale, show: Format) -> Line:
    markers = tuple(
        Marker(
            x(point.epoch),
            y(point.value),
            point.measured,
            f"Epoch {point.epoch}, {name}: {show(point.value)}"
            + (" (measured by us)" if point.measured else ""),
        )
        for point in curve
    )
    return Line(role, name, " ".join(f"{one.x},{one.y}" for one in markers), markers)


def _sentence(name: str, curve: Curve, show: Format) -> str:
    first, last = curve[0], curve[-1]
    if first is last:
        return f"{name.capitalize()}: {show(last.value)} in epoch {last.epoch}."
    return (
        f"{name.capitalize()}: from {show(first.value)} in epoch {first.epoch} "
        f"to {show(last.value)} in epoch {last.epoch}."
    )


def _step(span: float) -> float:
    """The smallest of 1, 2, 2.5, 5 times a power of ten that needs few enough ticks."""
    rough = span / (MOST_TICKS - 1)
    power = 10.0 ** math.floor(math.log10(rough))
    return next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= rough * (1 - 1e-9))


def _epochs(last: int) -> list[int]:
    """Epochs to label: every one, every second from the first, or 1 and round numbers."""
    rough = math.ceil(last / 8)
    step = next(m for m in (1, 2, 5, 10, 20, 50, 100, rough) if m >= rough)
    return list(range(1, last + 1, step)) if step <= 2 else [1, *range(step, last + 1, step)]


def _whole_percent(value: float) -> str:
    return f"{100 * value:.3g} %"


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
