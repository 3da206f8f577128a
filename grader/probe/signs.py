"""Hears how a program goes about training: what diagnosis needs beside metrics.

Everything here is apart from the rest of the recording. What fails here is kept as ``fault``, costs
no more than these signs, and must not cost a student their grade.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import torch
from torch import nn

from .fed import Fed
from .gradients import Gradients
from .guard import guarded
from .known import Optimizers
from .loaders import Loaders
from .order import Order
from .trace import Pass
from .weights import Line, equal, frozen
from .zeroing import Zeroing


class Signs:
    """Events in the course of a step wait for no device, but for a few looks at the first ones."""

    def __init__(self, optimizers: Optimizers) -> None:
        self.optimizers = optimizers
        self.order = Order()
        self.zeroing = Zeroing()
        self.fed = Fed()
        self.gradients = Gradients()
        self.loaders = Loaders()
        self.line = Line()
        self.equal: list[str] = []
        self.frozen: list[str] = []
        self.fault: str | None = None

    @guarded
    def called(self, inputs: torch.Tensor, output: torch.Tensor, training_mode: bool) -> None:
        """A whole model was called."""
        self.order.add("F" if torch.is_grad_enabled() else "f")
        self.fed.called(inputs, output, training_mode)

    @guarded
    def lost(
        self, name: str, value: torch.Tensor, output: torch.Tensor, target: torch.Tensor
    ) -> None:
        """A loss function compared ``output`` with ``target``."""
        self.order.add("L")
        self.fed.lost(name, value, output, target)

    @guarded
    def refused(self, inputs: torch.Tensor) -> None:
        """A whole model raised on these."""
        self.fed.refuse_inputs(inputs)

    @guarded
    def uncompared(self, name: str, output: torch.Tensor, target: torch.Tensor) -> None:
        """A loss function raised on these."""
        self.fed.refuse_comparison(name, output, target)

    @guarded
    def backward(self, value: torch.Tensor, current: Pass | None) -> None:
        """Gradients are about to be computed from ``value``."""
        if self.zeroing.before_backward():
            self.order.add("Z")
        self.order.add("B")
        self.fed.backward(value, current)

    @guarded
    def learned(self) -> None:
        """Gradients were computed."""
        self.zeroing.after_backward()

    @guarded
    def zeroed(self, owner: Any) -> None:
        """``zero_grad`` of an optimizer or a module is about to run."""
        if isinstance(owner, torch.optim.Optimizer):
            self.optimizers.zeroed(owner)
            self.zeroing.zeroed(one for group in owner.param_groups for one in group["params"])
        else:
            self.zeroing.zeroed(owner.parameters())
        self.order.add("Z")

    @guarded
    def stepped(self, optimizer: torch.optim.Optimizer, models: Iterable[nn.Module]) -> None:
        """An optimizer updated its parameters; ``models`` are those that learn."""
        if self.zeroing.stepped(optimizer):
            self.order.add("Z")
        self.order.add("S")
        self.gradients.stepped(models)

    @guarded
    def loader_started(self, loader: Any) -> None:
        """A loader begins a new iteration."""
        self.loaders.started(loader)

    @guarded
    def pass_ended(self, ended: Pass, called: list[nn.Module]) -> None:
        """A pass is over, in which the models ``called`` learned; may wait for the device."""
        self.loaders.ended(ended)
        if ended.training:
            self.gradients.settle(called)
            self.optimizers.look(called)
        self._settle()

    @guarded
    def line_grows(self, model: nn.Module) -> None:
        """A model finished its first epoch, to be graded or not."""
        self.line.trained(model)

    @guarded
    def trained(self, model: nn.Module, before: Mapping[str, torch.Tensor] | None) -> None:
        """The model to be graded is known; ``before`` are its weights before the first step."""
        self.frozen = frozen(model)
        self.equal = equal(model, before or {})

    @guarded
    def finish(self) -> None:
        """The program may be over."""
        self._settle()

    def _settle(self) -> None:
        self.fed.settle()
        self.zeroing.settle()

    def summary(self) -> dict[str, Any]:
        """Return what trace.json says of it."""
        try:
            return {
                "order": str(self.order),
                **self.zeroing.summary(),
                **self.optimizers.summary(),
                **self.fed.summary(),
                "frozen": self.frozen,
                "equal": self.equal,
                "first_gradients": self.gradients.first,
                "last_gradients": self.gradients.last,
                "loaders": list(self.loaders.fed.values()),
                "rebuilt": self.line.rebuilt,
                "fault": self.fault,
            }
        except Exception as error:
            return {"fault": self.fault or f"summary: {type(error).__name__}: {error}"[:300]}
