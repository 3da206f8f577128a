"""Whether a loss compares each output with each target, by the shapes on its way.

Autograd remembers the shape of every result that leads to a loss. Where an entry-wise operation on
one value per image gives N x N values, it was broadcast: (N,) against (N, 1).
"""

from typing import Any

import torch

MOST_NODES = 40
PLAIN = {
    *("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss"),
    *("binary_cross_entropy", "binary_cross_entropy_with_logits", "kl_div"),
}
"""Losses that compare entry by entry."""
ENTRYWISE = {
    *("Sub", "Rsub", "Mul", "Add", "Div", "Pow", "Where", "Maximum", "Minimum"),
    *("Expand", "Index", "IndexSelect", "Gather"),
}
"""Operations, by autograd's names, that give one value for each entry they compare or pick."""

Shape = tuple[int, ...]


def is_table(loss: torch.Tensor, images: int) -> bool:
    """Whether some value on the way to ``loss`` has N x N entries for N ``images``."""
    if images < 2 or loss.grad_fn is None:
        return False
    waiting: list[Any] = [loss.grad_fn]
    seen = set(waiting)
    for node in waiting:  # grows while it is walked
        if _broadcast(node, images):
            return True
        new = [one for one, _ in node.next_functions if one is not None and one not in seen]
        seen.update(new)
        waiting += new[: max(0, MOST_NODES - len(waiting))]
    return False


def _broadcast(node: Any, images: int) -> bool:
    """Whether a node made N x N values of inputs that have none.

    An input that has N x N already, a layer of N neurons for one, says nothing; nor do weights.
    """
    if node.name().partition("Backward")[0] not in ENTRYWISE:
        return False
    inputs = [_shape(one, which) for one, which in node.next_functions if one is not None]
    made = _shape(node, 0).count(images)
    return (
        made >= 2
        and bool(inputs)
        and all(images in shape and shape.count(images) < made for shape in inputs)
        and not all(_is_leaf(one) for one, _ in node.next_functions if one is not None)
    )


def _is_leaf(node: Any) -> bool:
    return "AccumulateGrad" in node.name()


def _shape(node: Any, which: int) -> Shape:
    return tuple(node._input_metadata[which].shape)
