"""Whether a loss that applies a softmax itself is fed with the result of another."""

import torch

LOOKS = 3
"""Batches looked at: each look waits for the device once."""


class Probabilities:
    """Looks at the first outputs that reach a cross-entropy."""

    def __init__(self) -> None:
        self.looked = 0
        self.found = 0

    def look(self, name: str, output: torch.Tensor) -> None:
        """Take in the outputs (N, classes) that the loss ``name`` was given."""
        if name != "cross_entropy" or self.looked >= LOOKS or output.ndim != 2:
            return
        rows = output.detach().float()
        self.looked += 1
        self.found += bool(((rows >= 0).all() & ((rows.sum(1) - 1).abs() < 1e-3).all()).item())

    @property
    def fed(self) -> bool:
        """Whether every batch looked at held probabilities."""
        return 0 < self.looked == self.found
