"""What a line chart says to those who read it: where a curve leads, and where its band lies."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from grader.reports.curves import Curve, Point
from grader.reports.text import percent, tenths_up

Format = Callable[[float], str]


class Band(NamedTuple):
    """The reference's mean, and how far around it the band reaches; no curve, no band."""

    curve: Curve = ()
    spread: float = 0.0

    def at(self, epoch: int) -> tuple[float, float] | None:
        """The band's edges in an epoch; after the reference's last epoch, those of its last."""
        known = [point for point in self.curve if point.epoch <= epoch]
        if not known:
            return None
        mean = known[-1].value
        return max(0.0, mean - self.spread), min(1.0, mean + self.spread)


def marker_title(name: str, point: Point, show: Format) -> str:
    """Say what one point shows."""
    by = " (measured by us)" if point.measured else ""
    return f"Epoch {point.epoch}, {name}: {show(point.value)}{by}"


def of_the_curve(name: str, curve: Curve, show: Format) -> str:
    """Say from where to where a curve leads, for those who cannot see it."""
    first, last = curve[0], curve[-1]
    if first is last:
        return f"{name.capitalize()}: {show(last.value)} in epoch {last.epoch}."
    return (
        f"{name.capitalize()}: from {show(first.value)} in epoch {first.epoch} "
        f"to {show(last.value)} in epoch {last.epoch}."
    )


def of_the_band(band: Band) -> Iterator[str]:
    """Say where the reference's band ends."""
    edges = band.at(band.curve[-1].epoch) if band.curve else None
    if edges:
        low, high = map(percent, edges)
        yield f"The reference's band ends between {low} and {high}."


def ending(last: Point, band: Band) -> str:
    """Say where the curve ends beside the band of that epoch; empty without a band."""
    edges = band.at(last.epoch)
    if edges is None:
        return ""
    low, high = edges
    where = "the band" if last.epoch <= band.curve[-1].epoch else "where the band ended"
    if last.value < low:
        return f"ends {tenths_up(low - last.value)} points below {where}"
    if last.value > high:
        return f"ends {tenths_up(last.value - high)} points above {where}"
    return "ends inside the band" if where == "the band" else f"ends {where}"
