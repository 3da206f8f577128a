"""Geometry of the line charts. Colours, dashes and fonts belong to the stylesheet.

There is one small chart for each question: does training go as the reference's did, does
validation, and does the loss fall. The two accuracies have the same scale.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup

from grader.reports.chart_words import Band, Format, ending, marker_title, of_the_band, of_the_curve
from grader.reports.curves import Curve, Curves
from grader.reports.text import loss, percent

WIDTH, HEIGHT = 340, 232
LEFT, RIGHT, TOP, BOTTOM = 42, 332, 10, 192
MOST_TICKS = 5


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
    points: Markup
    markers: tuple[Marker, ...]


@dataclass(frozen=True)
class Chart:
    """A line chart over epochs, ready to be drawn; ``band`` is a polygon or empty.

    ``note`` says how the curve ends, beside the band.
    """

    id: str
    title: str
    description: str
    note: str
    lines: tuple[Line, ...]
    band: Markup
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT
    bottom: int = BOTTOM


class Series(NamedTuple):
    """One curve to draw, and what people call it."""

    role: str
    name: str
    curve: Curve


Scale = Callable[[float], float]
Span = tuple[float, float, float]
"""An axis: its low end, its high end, and the step between ticks."""


def charts(curves: Curves) -> list[Chart]:
    """Every chart that has something of the student's to show."""
    found = (training_chart(curves), validation_chart(curves), loss_chart(curves))
    return [one for one in found if one is not None]


def training_chart(curves: Curves) -> Chart | None:
    """Training accuracy over the reference's band; ``None`` where the student has no point."""
    if not curves.train_accuracy:
        return None
    own = Series("train", "training", curves.train_accuracy)
    band = Band(curves.reference_train, curves.train_spread)
    return _accuracy("training-curve", "Training accuracy", [own], band, curves)


def validation_chart(curves: Curves) -> Chart | None:
    """The same of validation, with the training curve beside it: what lies between is the gap."""
    if not curves.valid_accuracy:
        return None
    both = [
        Series("beside", "training", curves.train_accuracy),
        Series("valid", "validation", curves.valid_accuracy),
    ]
    band = Band(curves.reference_valid, curves.valid_spread)
    return _accuracy("validation-curve", "Validation accuracy", both, band, curves)


def loss_chart(curves: Curves) -> Chart | None:
    """Mean loss per epoch; ``None`` where there is no loss to show."""
    series = [
        Series("train", "training", curves.train_loss),
        Series("valid", "validation", curves.valid_loss),
    ]
    values = [point.value for one in series for point in one.curve]
    if not values:
        return None
    low, high = min(0.0, *values), max(values)
    step = _step((high - low) or 1.0)
    span = math.floor(low / step) * step, math.ceil(high / step) * step or step, step
    return _chart("loss", "Loss", series, Band(), span, _short, loss)


def _accuracy(id: str, title: str, series: Sequence[Series], band: Band, curves: Curves) -> Chart:
    return _chart(id, title, series, band, _shared_scale(curves), _whole_percent, percent)


def _shared_scale(curves: Curves) -> Span:
    own = (*curves.train_accuracy, *curves.valid_accuracy)
    values = [point.value for point in own]
    values += [point.value - curves.train_spread for point in curves.reference_train]
    values += [point.value - curves.valid_spread for point in curves.reference_valid]
    lowest = max(0.0, min(0.9, *values))
    step = _step(1 - lowest)
    return max(0.0, math.floor(lowest / step) * step), 1.0, step


def _chart(
    id: str,
    title: str,
    series: Sequence[Series],
    band: Band,
    span: Span,
    show: Format,
    full: Format,
) -> Chart:
    low, high, step = span
    drawn = [one for one in series if one.curve]
    shown = [*(one.curve for one in drawn), band.curve]
    last = max(point.epoch for curve in shown for point in curve)

    def x(epoch: float) -> float:
        return round(LEFT + 8 + (RIGHT - LEFT - 16) * ((epoch - 1) / (last - 1 or 1)), 1)

    def y(value: float) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * (value - low) / (high - low), 1)

    sentences = [of_the_curve(one.name, one.curve, full) for one in drawn]
    count = round((high - low) / step)
    return Chart(
        id=id,
        title=title,
        description=" ".join([*sentences, *of_the_band(band)]),
        note=ending(drawn[-1].curve[-1], band),
        lines=tuple(_line(one, x, y, full) for one in drawn),
        band=_polygon(band, x, y),
        x_ticks=tuple(Tick(x(epoch), str(epoch)) for epoch in _epochs(last)),
        y_ticks=tuple(Tick(y(low + i * step), show(low + i * step)) for i in range(count + 1)),
    )


def _line(one: Series, x: Scale, y: Scale, show: Format) -> Line:
    markers = tuple(
        Marker(x(at.epoch), y(at.value), at.measured, marker_title(one.name, at, show))
        for at in one.curve
    )
    return Line(one.role, one.name, _path((at.x, at.y) for at in markers), markers)


def _path(points: Iterable[tuple[float, float]]) -> Markup:
    """Points as SVG has them. A page writes them whole, however many: they are numbers alone."""
    return Markup(" ".join(f"{x},{y}" for x, y in points))  # noqa: S704


def _polygon(band: Band, x: Scale, y: Scale) -> Markup:
    """The band's outline: along its upper edge and back along the lower one."""
    found = [(point.epoch, band.at(point.epoch)) for point in band.curve]
    edges = [(x(epoch), y(edge[0]), y(edge[1])) for epoch, edge in found if edge]
    if len(edges) == 1:  # one epoch has no length of its own
        at, low, high = edges[0]
        edges = [(at - 8, low, high), (at + 8, low, high)]
    upper = [(at, high) for at, _, high in edges]
    lower = [(at, low) for at, low, _ in reversed(edges)]
    return _path([*upper, *lower])


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
