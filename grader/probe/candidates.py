"""Finds the trained model without knowing its name.

The trained model is the smallest module that owns every parameter that was stepped. Modules that
were called as a whole are tried first; only where none of them owns all (a backbone and a head
called one after the other) are all live modules searched.
"""

import gc
from collections.abc import Iterable

import torch
from torch import nn


class NotFound(Exception):
    """No single module owns what was trained; the message names the reason for the student."""


def unwrap(module: nn.Module) -> nn.Module:
    """Look inside ``torch.compile`` and ``DataParallel`` wrappers."""
    while True:
        inner = getattr(module, "_orig_mod", None)
        if inner is None and isinstance(module, nn.DataParallel):
            inner = module.module
        if not isinstance(inner, nn.Module):
            return module
        module = inner


def parameter_ids(module: nn.Module) -> set[int]:
    """The identities of all parameters below ``module``."""
    return {id(parameter) for parameter in module.parameters()}


def _smallest_owner(modules: Iterable[nn.Module], needed: set[int]) -> nn.Module | None:
    sizes = []
    for order, module in enumerate(modules):
        owned = parameter_ids(module)
        if needed <= owned:
            sizes.append((len(owned), order, module))
    return min(sizes, key=lambda entry: entry[:2])[2] if sizes else None


def trained_model(called: Iterable[nn.Module], stepped: set[int]) -> nn.Module:
    """Return the smallest module that owns the ``stepped`` parameters of the ``called`` modules.

    Raises NotFound where several modules were trained side by side under no common owner.
    """
    roots = [unwrap(module) for module in called]
    reached = set().union(*(parameter_ids(root) for root in roots)) if roots else set()
    needed = (stepped & reached) or reached
    if not needed:
        raise NotFound("no module with parameters was called with gradients enabled")
    found = _smallest_owner(roots, needed)
    if found is not None:
        return found
    # By type, not by isinstance: that would run the __class__ of every object alive.
    alive = [thing for thing in gc.get_objects() if issubclass(type(thing), nn.Module)]
    found = _smallest_owner(alive, needed)
    if found is None:
        raise NotFound("several modules were trained side by side and none contains them all")
    return found


def stepped_parameters(optimizers: Iterable[torch.optim.Optimizer]) -> set[int]:
    """The identities of all parameters that these optimizers update."""
    return {
        id(parameter)
        for optimizer in optimizers
        for group in optimizer.param_groups
        for parameter in group["params"]
    }
