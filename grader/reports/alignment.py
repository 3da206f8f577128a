"""Lays the layers a submission trained beside the layers that were expected.

Exactly equal layers anchor the alignment; between two anchors, layers of one kind are paired and
compared setting by setting, activations of any kind with each other. What then has no partner is
missing or extra.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from grader.model.evidence import Layer, Value

Status = Literal["same", "different", "missing", "extra"]


@dataclass(frozen=True)
class Difference:
    """One setting that differs."""

    setting: str
    yours: Value
    expected: Value


@dataclass(frozen=True)
class Row:
    """One line of the comparison; ``missing`` has no ``yours``, ``extra`` no ``expected``."""

    status: Status
    yours: Layer | None
    expected: Layer | None
    differences: tuple[Difference, ...] = ()


def align(yours: Sequence[Layer], expected: Sequence[Layer]) -> list[Row]:
    """Return the rows of the comparison, in the order of the layers."""
    return list(_by_settings(yours, expected))


def differences(yours: Layer, expected: Layer) -> tuple[Difference, ...]:
    """Compare the settings that both layers state, in the order of the expected ones."""
    if yours.kind != expected.kind:  # both are activations
        return (Difference("activation", yours.kind, expected.kind),)
    return tuple(
        Difference(name, yours.settings[name], value)
        for name, value in expected.settings.items()
        if name in yours.settings and _plain(yours.settings[name]) != _plain(value)
    )


def _by_settings(yours: Sequence[Layer], expected: Sequence[Layer]) -> Iterator[Row]:
    matcher = SequenceMatcher(None, _keys(yours), _keys(expected), autojunk=False)
    for tag, y0, y1, e0, e1 in matcher.get_opcodes():
        if tag == "equal":
            for mine, wanted in zip(yours[y0:y1], expected[e0:e1], strict=True):
                yield Row("same", mine, wanted)
        else:
            yield from _by_kind(yours[y0:y1], expected[e0:e1])


def _by_kind(yours: Sequence[Layer], expected: Sequence[Layer]) -> Iterator[Row]:
    kinds = [layer.role for layer in yours], [layer.role for layer in expected]
    matcher = SequenceMatcher(None, *kinds, autojunk=False)
    for tag, y0, y1, e0, e1 in matcher.get_opcodes():
        if tag == "equal":
            for mine, wanted in zip(yours[y0:y1], expected[e0:e1], strict=True):
                found = differences(mine, wanted)
                yield Row("different" if found else "same", mine, wanted, found)
        else:
            yield from (Row("missing", None, layer) for layer in expected[e0:e1])
            yield from (Row("extra", layer, None) for layer in yours[y0:y1])


def _keys(layers: Sequence[Layer]) -> list[tuple[str, tuple[tuple[str, Value], ...]]]:
    return [
        (layer.kind, tuple(sorted((name, _plain(value)) for name, value in layer.settings.items())))
        for layer in layers
    ]


def _plain(value: Value) -> Value:
    """A pair of equal sizes and the one size mean the same; so do 1 and 1.0."""
    if isinstance(value, tuple) and len(set(value)) == 1:
        return value[0]
    return value
