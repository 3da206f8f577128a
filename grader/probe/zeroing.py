"""Whether gradients are thrown away in time, and not too early.

Theory of operation. ``zero_grad`` can be heard, gradients zeroed by hand cannot. So after each step
the gradients of a few small parameters of its optimizer are remembered, with their version (torch
counts it up at every change in place). A backward call that finds the same tensor, of the same
version, and changes it, has added to gradients that a step had used. ``p.grad.data.zero_()`` leaves
the version as it was, so the values decide then: they are looked at where they are, and the result
is fetched at the end of a pass.
"""

import weakref
from collections.abc import Iterable

import torch

from .watch import Doubt, Watch, holds_anything

LOOKS = 8
"""Looks at a gradient's values that may wait for a device."""
FLUSH = 256


class Zeroing:
    """Hears of backward calls, steps and zeroing.

    ``pending`` backward calls have had no step yet; of those, the gradients of ``dropped`` were
    zeroed, in the parameters ``emptied``.
    """

    def __init__(self) -> None:
        self.watches: weakref.WeakKeyDictionary[torch.optim.Optimizer, Watch] = (
            weakref.WeakKeyDictionary()
        )
        self.doubt: Doubt | None = None
        self.found: list[torch.Tensor] = []
        self.carried = self.empty_steps = self.lost = 0
        self.pending = self.dropped = 0
        self.emptied: set[int] = set()
        self.heard = False
        self.looks = 0

    def before_backward(self) -> bool:
        """Look for gradients of an earlier step; true where they were zeroed by hand."""
        self.lost += self.dropped
        self.pending -= self.dropped
        self.dropped = 0
        first = self.pending == 0 and not self.heard
        self.pending += 1
        watches = [watch for watch in self.watches.values() if watch.holds]
        same = [pair for watch in watches for pair in watch.same()]
        self.doubt = Doubt(same) if same else None
        return first and bool(watches) and not (self.doubt and self._sees(self.doubt.gradients))

    def after_backward(self) -> None:
        """Count the call if it added to what was looked at."""
        if self.doubt is not None and self.doubt.changed:
            self.found.append(self.doubt.anything)
            if len(self.found) >= FLUSH:  # still where they are, without waiting for them
                self.found = [torch.stack(self.found).sum()]
        self.doubt = None
        for watch in self.watches.values():
            watch.learned()

    def zeroed(self, parameters: Iterable[torch.Tensor]) -> None:
        """Gradients of ``parameters`` are about to be set to zero, or to nothing."""
        self.heard = True
        if not self.pending:
            return
        emptied = {id(one) for one in parameters if one.grad is not None}
        if emptied:
            self.dropped = self.pending
            self.emptied |= emptied

    def stepped(self, optimizer: torch.optim.Optimizer) -> bool:
        """Account a step that is over; true where gradients were zeroed by hand before it."""
        own = [one for group in optimizer.param_groups for one in group["params"]]
        has = any(one.grad is not None for one in own)
        self.empty_steps += not has
        watch = self.watches.get(optimizer)
        by_hand = False
        if self.dropped:
            self.lost += self.dropped if self._emptied(own) else 0
        elif self.pending and watch is not None:
            by_hand = watch.dropped(self._sees)
            self.lost += self.pending if by_hand else 0
        if watch is None or (has and watch.gone):
            self.watches[optimizer] = Watch(own)
        else:
            watch.used()
        self.pending = self.dropped = 0
        self.emptied = set()
        self.heard = False
        return by_hand

    def _emptied(self, own: list[torch.Tensor]) -> bool:
        """Whether all that an optimizer holds was zeroed; of another's, it is not concerned."""
        left = any(one.grad is not None and id(one) not in self.emptied for one in own)
        return not left and any(id(one) in self.emptied for one in own)

    def _sees(self, gradients: list[torch.Tensor]) -> bool:
        """Whether gradients hold anything; believed of a device after a few looks at it."""
        if gradients[0].device.type != "cpu":
            self.looks += 1
            if self.looks > LOOKS:
                return True
        return bool(holds_anything(gradients))

    def settle(self) -> None:
        """Bring ``carried`` up to date; waits for the device."""
        self.carried += sum(int(one) for one in self.found)
        self.found = []

    def summary(self) -> dict[str, int]:
        """Return the counts, as of the last time they were settled."""
        return {
            "carried": self.carried,
            "empty_steps": self.empty_steps,
            "lost_gradients": self.lost + self.dropped,
        }
