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

from .layers import Reader, referenced

Tensors = Mapping[str, torch.Tensor]
Fact = tuple[bool, int]
"""Of one value in a graph: whether it depends on the input, and else how many values are stored."""
STORED = ("parameter", "buffer", "constant")
INPUT: Fact = (True, 0)


def stored(forms: list[Mapping[str, Any]], final: Tensors, initial: Tensors | None) -> Any:
    """Return ``{values, untrained, table}`` of a network in all its ``forms``.

    ``values`` counts what is computed with; ``untrained`` those of them that are no parameters or
    are, tensor by tensor, what they were before the first step; ``table`` is the largest tensor
    that meets the input outside every layer.
    """
    used = {key for graph in forms for key in _used(graph)}
    sizes = {target: final[target].numel() for _, target in used if target in final}
    still = {t for kind, t in used if kind != "parameter" or not _moved(t, final, initial)}
    return {
        "values": sum(sizes.values()),
        "untrained": sum(size for target, size in sizes.items() if target in still),
        "table": max(_table(graph, final) for graph in forms),
    }


def _used(graph: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Kind and name of every stored tensor that the graph computes with."""
    names = referenced([[node.get("args"), node.get("kwargs")] for node in graph["nodes"]])
    names |= referenced(graph.get("outputs"))
    nodes = [node for node in graph["nodes"] if node["op"] in STORED and node["name"] in names]
    return {(node["op"], node["target"]) for node in nodes}


def _moved(name: str, final: Tensors, initial: Tensors | None) -> bool:
    """Whether a parameter differs from what it was; where that is not known it may have moved."""
    if initial is None or name not in initial or name not in final:
        return True
    before, after = initial[name].cpu(), final[name].cpu()
    return before.shape != after.shape or not torch.equal(before, after)


def _table(graph: Mapping[str, Any], tensors: Tensors) -> int:
    return _Flow(graph, tensors, []).largest


class _Flow:
    """Follows input and stored values through one graph; ``given`` are facts of its inputs."""

    def __init__(self, graph: Mapping[str, Any], tensors: Tensors, given: list[Fact]) -> None:
        self.tensors, self.reader = tensors, Reader(graph)
        self.facts: dict[str, Fact] = {}
        self.largest = 0
        inputs = iter(given)
        for node in graph["nodes"]:
            if node["op"] == "input":
                self.facts[node["name"]] = next(inputs, INPUT)
            elif node["op"] == "call":
                self.facts[node["name"]] = self._call(node)
            else:
                found = tensors.get(node["target"])
                self.facts[node["name"]] = False, 0 if found is None else found.numel()

    def _call(self, node: Mapping[str, Any]) -> Fact:
        names = referenced([node["args"], node["kwargs"]])
        facts = [self.facts[name] for name in sorted(names) if name in self.facts]
        for place, inner in enumerate(node["args"]):
            if isinstance(inner, dict) and "graph" in inner:
                passed = [self._given(value) for value in node["args"][place + 1 :]]
                flow = _Flow(inner["graph"], self.tensors, passed)
                self.largest = max(self.largest, flow.largest)
                return any(dependent for dependent, _ in passed), _largest(passed)
        if not any(dependent for dependent, _ in facts):
            return False, _largest(facts)
        if self.reader.layer(node) is None:
            self.largest = max(self.largest, _largest(facts))
        return INPUT

    def _given(self, value: Any) -> Fact:
        names = referenced(value)
        return next((self.facts[name] for name in names if name in self.facts), (False, 0))


def _largest(facts: list[Fact]) -> int:
    return max((size for dependent, size in facts if not dependent), default=0)
