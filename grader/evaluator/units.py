"""Which units of an activation never answer anything but zero, whatever image they are shown.

Watched while the final model is measured on the validation images. A unit that answered once is
alive and is looked at no more, so that after the first batches there is hardly anything to do.
"""

from collections.abc import Mapping
from typing import Any

import torch

from .layers import ACTIVATIONS, operator

CUTTING = frozenset({"relu", "relu6", "hardtanh", "hardswish"})
"""Activations that can answer exactly zero to every image, and then learn nothing any more."""
MOST = 300
"""So many activations are watched, the first ones."""


class Watched:
    """One activation: ``units`` counts all of its units, ``silent`` are those not heard of yet."""

    def __init__(self, node: Mapping[str, Any]) -> None:
        self.node = node
        self.units = 0
        self.silent: torch.Tensor | None = None

    def __call__(self, value: Any) -> None:
        """Take in the answers to one batch: (N, units), or maps (N, units, height, width)."""
        if not isinstance(value, torch.Tensor) or value.ndim not in (2, 4):
            return
        if self.silent is None:
            self.units = value.shape[1]
            self.silent = torch.arange(self.units, device=value.device)
        if not len(self.silent) or value.shape[1] != self.units:
            return
        if len(self.silent) < self.units:
            value = value.index_select(1, self.silent)
        # NaN is no zero: a network that diverged is not asleep.
        answered = (value != 0).any(dim=0 if value.ndim == 2 else (0, 2, 3))
        self.silent = self.silent[~answered]

    def found(self) -> dict[str, Any]:
        """Return ``{kind, module, units, dead, line}``."""
        return {
            "kind": ACTIVATIONS[operator(self.node)],
            "module": self.node.get("module", ""),
            "units": self.units,
            "dead": 0 if self.silent is None else len(self.silent),
            "line": self.node.get("line"),
        }


class Watch:
    """All activations of a graph that can fall silent, in the order they run."""

    def __init__(self) -> None:
        self.all: list[Watched] = []

    def __call__(self, node: Mapping[str, Any]) -> Watched | None:
        """Whom to tell what a node answers; ``None`` where nobody listens."""
        if ACTIVATIONS.get(operator(node)) not in CUTTING or len(self.all) >= MOST:
            return None
        self.all.append(Watched(node))
        return self.all[-1]

    def found(self) -> list[dict[str, Any]]:
        """What is known of each; those that were shown nothing with units are left out."""
        return [one.found() for one in self.all if one.units]
