"""Which loaders feed a program, and whether every epoch begins with the same images."""

from typing import Any

import torch
from torch.utils.data import (
    RandomSampler,
    SequentialSampler,
    SubsetRandomSampler,
    WeightedRandomSampler,
)

from .trace import Pass

MOST = 40
ENOUGH = 8
"""Labels in a row that do not come twice by chance."""
RANDOM = (RandomSampler, SubsetRandomSampler, WeightedRandomSampler)

Start = tuple[torch.Tensor, torch.Tensor | None]
"""What tells a pass's first batch from others: a figure per image, and the labels."""


class Loaders:
    """The loaders of a program, by what they are: many are made anew for each epoch."""

    def __init__(self) -> None:
        self.current: dict[int, dict[str, Any]] = {}
        self.fed: dict[tuple[Any, ...], dict[str, Any]] = {}

    def started(self, loader: Any) -> None:
        """Take in a loader that begins an iteration; the identity may have been another's."""
        self.current[id(loader)] = {
            "batch_size": _whole(_batch_size(loader)),
            "shuffles": _shuffles(loader),
            "samples": _length(loader),
        }

    def ended(self, ended: Pass) -> None:
        """Take in a pass that is over."""
        known = self.current.get(ended.loader) if ended.loader is not None else None
        if known is not None and len(self.fed) < MOST:
            found = {"training": ended.training, **known}
            self.fed.setdefault(tuple(found.values()), found)


def _batch_size(loader: Any) -> Any:
    own = getattr(loader, "batch_size", None)
    return own or getattr(getattr(loader, "batch_sampler", None), "batch_size", None)


def _whole(value: Any) -> int | None:
    return int(value) if isinstance(value, int) and value >= 0 else None


def _shuffles(loader: Any) -> bool | None:
    """Whether a loader's sampler draws at random; ``None`` where it is the student's own."""
    sampler = getattr(loader, "sampler", None)
    inner = getattr(getattr(loader, "batch_sampler", None), "sampler", sampler)
    for one in (sampler, inner):
        if isinstance(one, RANDOM):
            return True
    return False if type(inner) is SequentialSampler else None


def _length(loader: Any) -> int | None:
    try:
        return len(loader.dataset)
    except Exception:  # a stream has no length, a student's data set may have any fault
        return None


class Starts:
    """Compares the first batches of the training passes."""

    def __init__(self) -> None:
        self.current: Pass | None = None
        self.first: Start | None = None
        self.new: list[Start] = []
        self.compared = self.alike = 0

    def learned(self, current: Pass, inputs: torch.Tensor, targets: torch.Tensor | None) -> None:
        """Take in a batch that is learned from: inputs (N, ...), targets of any kind."""
        if self.current is current:
            return
        self.current = current
        figures = inputs.detach().flatten(1).float().sum(1) if inputs.ndim > 1 else inputs.detach()
        labels = None if targets is None else targets.detach().clone()
        self.new.append((figures.clone(), labels))

    def settle(self) -> None:
        """Compare what is new with the first pass; waits for the device."""
        for start in self.new:
            if self.first is None:
                self.first = start
            else:
                self.compared += 1
                self.alike += _alike(self.first, start)
        self.new = []

    @property
    def same(self) -> bool | None:
        """Whether all that were compared began alike; ``None`` before two passes."""
        return self.alike == self.compared if self.compared else None


def _alike(one: Start, other: Start) -> bool:
    if _equal(one[0], other[0]):
        return True
    if one[1] is None or other[1] is None or len(one[1]) < ENOUGH:
        return False
    # Augmentation changes the images, and leaves the labels in their order.
    varied = bool((one[1] != one[1][0]).any())
    return varied and _equal(one[1], other[1])


def _equal(one: torch.Tensor, other: torch.Tensor) -> bool:
    return one.shape == other.shape and one.dtype == other.dtype and torch.equal(one, other)
