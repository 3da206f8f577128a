"""How far apart the weights of two moments are. Only parameters are compared, never buffers."""

from collections.abc import Mapping
from typing import Any

import torch

Tensors = Mapping[str, torch.Tensor]
LARGEST = 1e9
"""A distance for weights of which one is 0, or some are infinite."""


def moved(before: Tensors, after: Tensors) -> dict[str, Any]:
    """Compare the weights before the first step with those ``after`` the last."""
    floating = [name for name in before if name in after and after[name].is_floating_point()]
    apart = [_apart(before[name], after[name]) for name in floating]
    found = [one for one in apart if one is not None]
    return {
        "parameters": len(found),
        "moved": sum(distance > 0 for distance, _ in found),
        "relative_distance": _relative(found),
    }


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
    return float(moved(first, last)["relative_distance"])


def _apart(before: torch.Tensor, after: torch.Tensor) -> tuple[float, float] | None:
    """Distance, and length of ``before``; ``None`` where the shapes differ."""
    if before.shape != after.shape:
        return None
    old, new = (one.double().cpu().nan_to_num(1e30) for one in (before, after))
    return float((new - old).norm()), float(old.norm())


def _relative(found: list[tuple[float, float]]) -> float:
    total = sum(distance * distance for distance, _ in found) ** 0.5
    scale = sum(length * length for _, length in found) ** 0.5
    return min(float(total / scale), LARGEST) if scale else 0.0
