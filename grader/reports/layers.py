"""Writes layers as people name them, and prepares the comparison with the expected ones."""

from collections.abc import Sequence
from dataclasses import dataclass

from grader.model.evidence import Layer, Value
from grader.reports import alignment, wording
from grader.reports.text import visible

MOST_ROWS = 120
TIMES = "\u00d7"
CHANNELS = ("in", "out")
SILENT = {"bias": True, "stride": 1, "padding": 0, "dilation": 1, "groups": 1}


@dataclass(frozen=True)
class LayerView:
    """One layer in words; ``module`` and ``place`` say where it is in the student's code."""

    text: str
    shape: str
    module: str = ""
    place: str = ""


@dataclass(frozen=True)
class RowView:
    """One line of the comparison."""

    status: alignment.Status
    verdict: str
    yours: LayerView | None
    expected: LayerView | None
    differences: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """The whole comparison; ``left_out`` rows are not shown, and said so."""

    rows: tuple[RowView, ...]
    left_out: int
    counts: dict[str, int]


def compare(yours: Sequence[Layer], expected: Sequence[Layer]) -> Comparison:
    """Align both lists of layers and put each line into words."""
    cut = 4 * MOST_ROWS  # aligning is quadratic: nobody reads on, and a hostile graph has thousands
    rows = alignment.align(yours[:cut], expected[:cut])
    every = len(rows) + max(0, len(yours) - cut)
    counts = {status: 0 for status in wording.LAYER_STATUSES}
    for row in rows:
        counts[row.status] += 1
    shown = tuple(_row(row) for row in rows[:MOST_ROWS])
    return Comparison(shown, every - len(shown), counts)


def describe(layer: Layer) -> str:
    """Write a layer in one line: ``linear 784 → 512``."""
    words = [layer.kind]
    if all(name in layer.settings for name in CHANNELS):
        words.append(f"{_value(layer.settings['in'])} → {_value(layer.settings['out'])}")
    head = " ".join(words)
    rest = [
        text for name, value in layer.settings.items() if (text := _setting(layer, name, value))
    ]
    if rest and len(words) == 1:
        return f"{head} {', '.join(rest)}"
    return ", ".join([head, *rest])


def _setting(layer: Layer, name: str, value: Value) -> str:
    if name in CHANNELS and all(channel in layer.settings for channel in CHANNELS):
        return ""
    if name in SILENT and _same(value, SILENT[name]):
        return ""
    if name == "stride" and "pool" in layer.kind and value == layer.settings.get("kernel"):
        return ""
    if name == "bias":
        return "no bias"
    if name in ("kernel", "output"):
        return _value(value) if name == "kernel" else f"to {_value(value)}"
    if name == "p":
        return f"p={_value(value)}"
    if name == "features":
        return _value(value)
    return f"{wording.SETTINGS.get(name, name)} {_value(_one(value))}"


def _one(value: Value) -> Value:
    return value[0] if isinstance(value, tuple) and len(set(value)) == 1 else value


def _same(value: Value, default: Value) -> bool:
    return _one(value) == default


def _value(value: Value) -> str:
    if isinstance(value, tuple):
        return TIMES.join(map(str, value))
    if isinstance(value, bool) or value is None:
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _row(row: alignment.Row) -> RowView:
    return RowView(
        status=row.status,
        verdict=wording.LAYER_STATUSES[row.status],
        yours=_view(row.yours),
        expected=_view(row.expected, own=False),
        differences=tuple(
            f"{wording.SETTINGS.get(found.setting, found.setting)}: "
            f"yours {_value(_one(found.yours))}, expected {_value(_one(found.expected))}"
            for found in row.differences
        ),
    )


def _view(layer: Layer | None, own: bool = True) -> LayerView | None:
    if layer is None:
        return None
    return LayerView(
        text=visible(describe(layer), 200),
        shape=f" {TIMES} ".join(map(str, layer.shape[:8])),
        module=visible(layer.module, 80) if own and not layer.module.isdigit() else "",
        place=visible(wording.place(layer.line), 80) if own else "",
    )
