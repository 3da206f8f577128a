"""What a network computes with besides its input, and what training had to do with it.

Theory of operation. A network that was trained multiplies images with weights that training moved.
A table of answers (training images beside their labels, say) is stored just the same, and answers
as well as it is large. Three things give it away: how many values are stored at all, buffers and
constants included; how many of them no training moved; and whether stored values meet an image
outside every layer, in arithmetic that a reader of layers leaves out. All sizes are those of the
tensors themselves, never those that the graph claims.
"""

from collections.abc import Mapping
from typing import Any

import torch

from .layers import Reader, used
from .nodes import Tensors, inner_of, referenced

Fact = tuple[bool, frozenset[str]]
"""Of one value in a graph: whether it depends on the input, and else of which stored tensors."""
INPUT: Fact = (True, frozenset())
FEW = 1000


def stored(forms: list[Mapping[str, Any]], final: Tensors, initial: Tensors | None) -> Any:
    """Return ``{values, untrained, table}`` of a network in all its ``forms``.

    ``values`` counts what is computed with; ``untrained`` those of them that are no parameters or
    are, tensor by tensor, what they were before the first step; ``table`` those of all tensors
    together that meet the input outside every layer: a table in parts is a table.
    """
    computing = {key for graph in forms for key in used(graph)}
    sizes = {target: final[target].numel() for _, target in computing if target in final}
    still = {t for kind, t in computing if kind != "parameter" or not _moved(t, final, initial)}
    return {
        "values": sum(sizes.values()),
        "untrained": sum(size for target, size in sizes.items() if target in still),
        "table": max(_table(graph, final) for graph in forms),
    }


def known_in_training(forms: Mapping[str, Any], tensors: Tensors) -> bool:
    """Whether evaluation computes with nothing that training does not.

    A few fixed numbers apart: what a program writes into its forward may be written in one form.
    """
    more = used(forms["eval"]) - used(forms["train"])
    if any(kind == "parameter" for kind, _ in more):
        return False
    return sum(tensors[target].numel() for _, target in more) <= FEW


def _moved(name: str, final: Tensors, initial: Tensors | None) -> bool:
    """Whether a parameter differs from what it was; where that is not known it may have moved."""
    if initial is None or name not in initial or name not in final:
        return True
    before, after = initial[name].cpu(), final[name].cpu()
    return before.shape != after.shape or not torch.equal(before, after)


def _table(graph: Mapping[str, Any], tensors: Tensors) -> int:
    return sum(tensors[name].numel() for name in _Flow(graph, []).met if name in tensors)


class _Flow:
    """Follows input and stored values through one graph; ``given`` are facts of its inputs.

    ``met`` are the stored tensors that meet the input outside every layer.
    """

    def __init__(self, graph: Mapping[str, Any], given: list[Fact]) -> None:
        self.reader = Reader(graph)
        self.facts: dict[str, Fact] = {}
        self.met: set[str] = set()
        inputs = iter(given)
        for node in graph["nodes"]:
            if node["op"] == "input":
                self.facts[node["name"]] = next(inputs, INPUT)
            elif node["op"] == "call":
                self.facts[node["name"]] = self._call(node)
            else:
                self.facts[node["name"]] = False, frozenset({node["target"]})

    def _call(self, node: Mapping[str, Any]) -> Fact:
        place = inner_of(node)
        if place is not None:
            passed = [self._of(value) for value in node["args"][place + 1 :]]
            inner = _Flow(node["args"][place]["graph"], passed)
            self.met |= inner.met
            return _together(passed)
        fact = self._of([node["args"], node["kwargs"]])
        if fact[0] and self.reader.layer(node) is None:
            facts = (self.facts[name] for name in referenced([node["args"], node["kwargs"]]))
            self.met |= {name for dependent, names in facts if not dependent for name in names}
        return fact

    def _of(self, value: Any) -> Fact:
        return _together([self.facts[name] for name in referenced(value)])


def _together(facts: list[Fact]) -> Fact:
    """What is made of several values: of the input, if one of them is."""
    if any(dependent for dependent, _ in facts):
        return INPUT
    return False, frozenset().union(*(names for _, names in facts))
