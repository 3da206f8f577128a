"""Describes tensors in plain figures. All of it waits for the tensor's device."""

import math
from typing import Any

import torch

LARGEST = 1e30
LOOKS = 3
"""Batches of outputs that are looked at."""
FEW = 0.05


def number(value: Any) -> float | None:
    """A figure that JSON can hold: clipped to ±1e30, ``None`` where it is not finite or none."""
    if value is None or isinstance(value, bool):
        return None
    found = float(value)
    return max(-LARGEST, min(LARGEST, found)) if math.isfinite(found) else None


def values(tensor: torch.Tensor) -> dict[str, Any]:
    """Shape, type, lowest and highest finite value of a tensor; whether all are finite."""
    found = tensor.detach()
    finite = True
    if found.is_floating_point():
        mask = torch.isfinite(found)
        finite = bool(mask.all())
        found = found if finite else found[mask]
    known = found.numel() > 0 and not found.is_complex()
    low, high = torch.aminmax(found) if known else (None, None)
    return {
        "shape": list(tensor.shape)[:12],
        "dtype": str(tensor.dtype).removeprefix("torch."),
        "low": number(low),
        "high": number(high),
        "finite": finite,
    }


class Scores:
    """Looks at the first outputs (N, classes) that reach a loss function.

    ``fed`` says whether a cross-entropy was given rows of probabilities in every look; ``kind``
    what any loss was given in every look.
    """

    def __init__(self) -> None:
        self.kinds: list[str | None] = []
        self.rows: list[bool] = []

    def look(self, name: str, output: torch.Tensor) -> None:
        """Take in what the loss ``name`` was given; the first few looks wait for the device."""
        if output.ndim != 2 or not output.is_floating_point():
            return
        if len(self.kinds) < LOOKS:
            self.kinds.append(_kind(output.detach().float()))
        if name == "cross_entropy" and len(self.rows) < LOOKS:
            self.rows.append(_are_shares(output.detach().float(), 1))

    @property
    def fed(self) -> bool:
        """Whether every batch that a cross-entropy got held probabilities."""
        return bool(self.rows) and all(self.rows)

    @property
    def kind(self) -> str | None:
        """``softmax``, ``log_softmax`` or ``sigmoid``, if all looks agree."""
        return self.kinds[0] if len(set(self.kinds)) == 1 else None


def _kind(scores: torch.Tensor) -> str | None:
    """What was applied to (N, classes) scores, as far as their values tell."""
    if scores.shape[1] < 2 or not len(scores):
        return None
    # A softmax over the wrong axis is one too.
    if _are_shares(scores, 1) or (len(scores) > 1 and _are_shares(scores, 0)):
        return "softmax"
    if bool((scores <= 0).all()) and _are_shares(scores.exp(), 1):
        return "log_softmax"
    # A ReLU leaves many zeros; a sigmoid has none, however sure it is.
    inside = ((scores >= 0) & (scores <= 1)).all()
    return "sigmoid" if bool(inside & ((scores == 0).float().mean() < FEW)) else None


def _are_shares(scores: torch.Tensor, axis: int) -> bool:
    near = ((scores.sum(axis) - 1).abs() < 1e-3).all()
    return bool((scores >= 0).all() & near)
