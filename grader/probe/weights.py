"""What a trained model's parameters were like before training, and whether it is one of many."""

import weakref
from collections.abc import Mapping

import torch
from torch import nn

MOST = 200


def frozen(model: nn.Module) -> list[str]:
    """The names of parameters that need no gradient."""
    named = model.named_parameters()
    return [name[:300] for name, parameter in named if not parameter.requires_grad][:MOST]


def equal(model: nn.Module, before: Mapping[str, torch.Tensor]) -> list[str]:
    """The names of weights, of two dimensions or more, whose values ``before`` were all one."""
    names = [name for name, parameter in model.named_parameters() if parameter.ndim > 1]
    known = [(name, before[name]) for name in names if name in before]
    return [name[:300] for name, weight in known if _is_one_value(weight)][:MOST]


def _is_one_value(weight: torch.Tensor) -> bool:
    return weight.numel() > 1 and bool((weight == weight.flatten()[0]).all())


class Line:
    """Models that were trained one after the other; ``rebuilt`` counts those like one before."""

    def __init__(self) -> None:
        self.known: weakref.WeakSet[nn.Module] = weakref.WeakSet()
        self.kinds: set[tuple[type[nn.Module], int]] = set()
        self.rebuilt = 0

    def trained(self, model: nn.Module) -> None:
        """Take in that a model finished an epoch."""
        if model in self.known:
            return
        self.known.add(model)
        kind = (type(model), sum(parameter.numel() for parameter in model.parameters()))
        self.rebuilt += kind in self.kinds
        self.kinds.add(kind)
