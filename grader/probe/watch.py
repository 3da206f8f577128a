"""Remembers the gradients of a few parameters, to tell later what became of them."""

from collections.abc import Callable

import torch

WATCHED = 3
"""Parameters of each optimizer that are watched: the smallest that have a gradient."""
ENOUGH = 3

Kept = list[tuple[torch.Tensor | None, int]]
"""A gradient and its version, for each parameter. It is held: a new tensor can then not pass for
it by its identity."""


def holds_anything(gradients: list[torch.Tensor]) -> torch.Tensor:
    """Return one truth value, where the gradients are: whether any holds more than zeros."""
    where = gradients[0].device
    return torch.stack([(one.detach() != 0).any().to(where) for one in gradients]).any()


class Doubt:
    """Gradients that a step has used and that nobody has touched since, just before backward."""

    def __init__(self, same: list[tuple[torch.Tensor, int]]) -> None:
        self.same = same
        self.gradients = [gradient for gradient, _ in same]
        self.anything = holds_anything(self.gradients)

    @property
    def changed(self) -> bool:
        """Whether any of them was changed in place meanwhile."""
        return any(gradient._version != version for gradient, version in self.same)


class Watch:
    """A few parameters of one optimizer with their gradients at its last step."""

    def __init__(self, parameters: list[torch.Tensor]) -> None:
        with_gradient = [one for one in parameters if one.grad is not None]
        some = with_gradient or [one for one in parameters if one.requires_grad]
        self.parameters = sorted(some, key=torch.Tensor.numel)[:WATCHED]
        self.looked_well = 0
        self.at_step = self.at_backward = self._now()

    def _now(self) -> Kept:
        grads = [parameter.grad for parameter in self.parameters]
        return [(grad, -1 if grad is None else grad._version) for grad in grads]

    def used(self) -> None:
        """A step used the gradients as they are now."""
        self.at_step = self.at_backward = self._now()

    def learned(self) -> None:
        """A backward call left the gradients as they are now."""
        self.at_backward = self._now()

    @property
    def holds(self) -> bool:
        """Whether there were gradients at the last step."""
        return any(grad is not None for grad, _ in self.at_step)

    @property
    def gone(self) -> bool:
        """Whether no parameter has a gradient now."""
        return all(parameter.grad is None for parameter in self.parameters)

    def same(self) -> list[tuple[torch.Tensor, int]]:
        """The gradients of the last step that are in place, untouched."""
        pairs = zip(self.parameters, self.at_step, strict=True)
        return [
            (grad, version)
            for parameter, (grad, version) in pairs
            if grad is not None and parameter.grad is grad and grad._version == version
        ]

    def dropped(self, sees: Callable[[list[torch.Tensor]], bool]) -> bool:
        """Whether what the last backward call left is gone, or zero; ``sees`` looks at values.

        Neither a new version, which clipping makes too, nor an old one, which ``.data`` leaves,
        says much, so the values decide; a few good looks in a row are enough.
        """
        if not any(grad is not None for grad, _ in self.at_backward):
            return False
        if self.gone:
            return True
        if self.looked_well >= ENOUGH:
            return False
        seen = sees([one.grad for one in self.parameters if one.grad is not None])
        self.looked_well = self.looked_well + 1 if seen else 0
        return not seen
