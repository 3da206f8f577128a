"""The optimizers of a program, without keeping those alive that it has thrown away."""

import weakref
from collections.abc import Iterable
from typing import Any

import torch

from .candidates import stepped_parameters
from .values import number

OWNED = ("none", "some", "all")


class Optimizers:
    """Hears of each step and zeroing; ``last`` is the one that stepped last, and is kept.

    A program that makes a new optimizer for every batch would otherwise fill the memory with their
    states. Since the last epoch ended, ``recent`` have stepped, ``heard`` have stepped or zeroed,
    and ``past`` are the identities of all parameters that were stepped.
    """

    def __init__(self) -> None:
        self.alive: weakref.WeakKeyDictionary[torch.optim.Optimizer, float | None] = (
            weakref.WeakKeyDictionary()
        )
        self.recent: weakref.WeakSet[torch.optim.Optimizer] = weakref.WeakSet()
        self.heard: weakref.WeakSet[torch.optim.Optimizer] = weakref.WeakSet()
        self.past: set[int] = set()
        self.count = 0
        self.last: torch.optim.Optimizer | None = None
        self.owned: str | None = None
        self.settings: dict[str, float | None] = {}

    def stepped(self, optimizer: torch.optim.Optimizer) -> None:
        """Take in one step. Asked on every step, so it must be cheap."""
        self.last = optimizer
        if optimizer in self.recent:
            return
        self.zeroed(optimizer)
        if optimizer not in self.alive:
            self.count += 1
            self.alive[optimizer] = number(optimizer.param_groups[0].get("lr"))
        self.recent.add(optimizer)
        self.past |= stepped_parameters([optimizer])

    def zeroed(self, optimizer: torch.optim.Optimizer) -> None:
        """Take in that its gradients were zeroed: it is used, if not for steps."""
        self.heard.add(optimizer)

    @property
    def first_rate(self) -> float | None:
        """The learning rate of the last optimizer at its first step."""
        return None if self.last is None else self.alive.get(self.last)

    def parameters(self) -> set[int]:
        """The identities of all parameters that were stepped since the last epoch ended."""
        return self.past | stepped_parameters(list(self.recent))

    def look(self, called: Iterable[torch.nn.Module]) -> None:
        """At the end of an epoch: what the optimizers hold of the models that were ``called``."""
        needed = {id(one) for model in called for one in model.parameters() if one.requires_grad}
        held = self.past | stepped_parameters(list(self.heard))
        if needed and held:
            self.owned = OWNED[bool(needed & held) + (needed <= held)]
        if self.last is not None:
            group: dict[str, Any] = self.last.param_groups[0]
            self.settings = {
                "momentum": number(group.get("momentum")),
                "weight_decay": number(group.get("weight_decay")),
                "last_rate": number(group.get("lr")),
            }

    def begin_epoch(self) -> None:
        """Forget who stepped in the epoch that ended."""
        self.recent.clear()
        self.heard.clear()
        self.past = set()

    def summary(self) -> dict[str, Any]:
        """Return the optimizers' part of the signs."""
        return {"optimizers": self.count, "owned": self.owned, **self.settings}
