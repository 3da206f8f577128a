"""How large the gradients are: at the first step that had some, and in the last epoch.

Norms are computed where the gradients are and fetched at the end of a pass. In a pass they are
taken at steps 1, 2, 4, 8 and so on: a few per epoch, the last of them in its second half, because
a loop that zeroes at its end has none left when the pass is over.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

import torch
from torch import nn

from .candidates import unwrap
from .values import number

MOST = 200


class Norms(NamedTuple):
    """Norms of gradients and weights by parameter, still where they were computed."""

    names: list[str]
    gradients: list[torch.Tensor | None]
    weights: list[torch.Tensor]


class Gradients:
    """Takes norms in the course of a pass. ``first`` and ``last`` are rows for the trace."""

    def __init__(self) -> None:
        self.steps = 0
        self.first: list[dict[str, Any]] = []
        self.last: list[dict[str, Any]] = []
        self.first_norms: Norms | None = None
        self.last_norms: Norms | None = None

    def stepped(self, models: Iterable[nn.Module]) -> None:
        """A step is over; ``models`` are those that learn. Cheap for most steps."""
        self.steps += 1
        if self.first_norms is not None and self.steps & (self.steps - 1):
            return
        self._take(models)

    def _take(self, models: Iterable[nn.Module]) -> None:
        norms = _norms(models)
        if norms is not None:
            self.first_norms = self.first_norms or norms
            self.last_norms = norms

    def settle(self, models: Iterable[nn.Module]) -> None:
        """Read what was taken in a training pass that is over; waits for the device."""
        sampled = self.last_norms
        self._take(models)
        if self.first_norms is not None and not self.first:
            self.first = _rows(self.first_norms)
        if self.last_norms is not None:
            self.last = _rows(self.last_norms)
        zeroed = all(not row["gradient"] for row in self.last)
        if zeroed and sampled is not None:  # in place, at the end of the loop
            self.last = _rows(sampled)
        self.steps, self.last_norms = 0, None


def _norms(models: Iterable[nn.Module]) -> Norms | None:
    """Norms of all parameters, ``None`` where none has a gradient."""
    found: dict[int, tuple[str, torch.Tensor]] = {}
    for model in models:
        for name, parameter in unwrap(model).named_parameters():
            if parameter.requires_grad:
                found.setdefault(id(parameter), (name[:300], parameter))
    rows = list(found.values())[:MOST]
    grads = [parameter.grad for _, parameter in rows]
    if all(grad is None for grad in grads):
        return None
    with torch.no_grad():
        gradients = [None if grad is None else torch.linalg.vector_norm(grad) for grad in grads]
        weights = [torch.linalg.vector_norm(parameter) for _, parameter in rows]
    return Norms([name for name, _ in rows], gradients, weights)


def _rows(norms: Norms) -> list[dict[str, Any]]:
    return [
        {"name": name, "gradient": number(gradient), "weight": number(weight)}
        for name, gradient, weight in zip(*norms, strict=True)
    ]
