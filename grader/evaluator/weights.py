"""How far apart the weights of two moments are. Only parameters are compared, never buffers."""

import math
from collections.abc import Mapping
from typing import Any

import torch

Tensors = Mapping[str, torch.Tensor]
Apart = tuple[float, float]
"""Of one tensor: how far it went, and how long it was before."""
LARGEST = 1e9
"""A distance for weights of which one is 0, or some are infinite."""
MOST = 300
"""So many parameters are described one by one, the first ones."""


def compared(before: Tensors, after: Tensors) -> dict[str, Apart]:
    """How far each tensor of numbers went that has the same name and shape in both."""
    floating = [name for name in before if name in after and after[name].is_floating_point()]
    found = ((name, _apart(before[name], after[name])) for name in floating)
    return {name: one for name, one in found if one is not None}


def moved(apart: Mapping[str, Apart]) -> dict[str, Any]:
    """How many of the weights that were ``compared`` moved, and how far all of them did."""
    return {
        "parameters": len(apart),
        "moved": sum(distance > 0 for distance, _ in apart.values()),
        "relative_distance": _relative(list(apart.values())),
    }


def each(final: Tensors, apart: Mapping[str, Apart]) -> list[dict[str, Any]]:
    """``{name, size, spread, moved}`` of the first parameters; ``apart`` are all that is known.

    ``moved`` is ``None`` where the start is unknown or was all 0, ``spread`` where not finite.
    """
    names = [name for name, tensor in final.items() if tensor.is_floating_point()][:MOST]
    return [
        {
            "name": name,
            "size": final[name].numel(),
            "spread": _spread(final[name]),
            "moved": _relative([apart[name]]) if apart.get(name, (0, 0))[1] else None,
        }
        for name in names
    ]


def distance(before: Tensors, after: Tensors) -> float:
    """The Euclidean distance over all tensors of the same name and shape."""
    found = (_apart(before[name], after[name]) for name in before if name in after)
    return float(sum(one[0] ** 2 for one in found if one is not None) ** 0.5)


def leap(initial: Tensors, last: Tensors, final: Tensors) -> float:
    """How far the ``final`` weights are from the ``last`` epoch's, in lengths of the training."""
    whole = distance(initial, last)
    return min(distance(last, final) / whole, LARGEST) if whole else 0.0


def settled(first: Tensors, last: Tensors) -> float:
    """How far the weights moved from the end of the ``first`` epoch to that of the ``last``."""
    return _relative(list(compared(first, last).values()))


def _spread(values: torch.Tensor) -> float | None:
    """The standard deviation of all ``values`` about their own mean."""
    if not values.numel():
        return None
    found = float(values.double().std(correction=0))
    return min(found, LARGEST) if math.isfinite(found) else None


def _apart(before: torch.Tensor, after: torch.Tensor) -> Apart | None:
    """Distance, and length of ``before``; ``None`` where the shapes differ."""
    if before.shape != after.shape:
        return None
    old, new = (one.double().cpu().nan_to_num(1e30) for one in (before, after))
    return float((new - old).norm()), float(old.norm())


def _relative(found: list[Apart]) -> float:
    total = sum(distance * distance for distance, _ in found) ** 0.5
    scale = sum(length * length for _, length in found) ** 0.5
    return min(float(total / scale), LARGEST) if scale else 0.0
