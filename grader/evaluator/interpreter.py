"""Interprets a captured graph on a batch of inputs.

Nested graphs (autocast, no_grad) are run inline in full precision: the precision a student's GPU
chose is not part of what they built. Values are dropped after their last use, so memory stays at
what the model itself needs.
"""

from collections.abc import Callable, Mapping
from typing import Any

import torch

from .operators import Refused, is_ignored, operator

MAX_NODES = 5000
WRAPPERS = ("wrap_with_set_grad_enabled", "wrap_with_autocast")

Document = Mapping[str, Any]
Step = Callable[[dict[str, Any]], None]


class Program:
    """A graph made ready to run: operators looked up once, arguments as small closures."""

    def __init__(self, graph: Document, tensors: Mapping[str, torch.Tensor], device: str) -> None:
        """Prepare ``graph`` with ``tensors`` by their names in the model. Raises Refused."""
        self.device = device
        self.steps: list[Step] = []
        self.inputs: list[str] = []
        self.fixed: dict[str, Any] = {}
        count = _nodes_in(graph)
        if count > MAX_NODES:
            raise Refused(f"the graph has {count} operators, more than {MAX_NODES}")
        for node in graph["nodes"]:
            self._prepare(node, tensors)
        self.outputs = graph["outputs"]
        self.result = graph.get("result", [0])

    def _prepare(self, node: Document, tensors: Mapping[str, torch.Tensor]) -> None:
        kind, name = node["op"], node["name"]
        if kind == "input":
            self.inputs.append(name)
        elif kind in ("parameter", "buffer", "constant"):
            if node["target"] not in tensors:
                raise Refused(f"the weights hold no tensor named '{node['target']}'")
            self.fixed[name] = tensors[node["target"]]
        elif kind == "call" and not is_ignored(node["target"]):
            self.steps.append(self._call(node))

    def _call(self, node: Document) -> Step:
        name, target = node["name"], node["target"]
        if any(wrapper in target for wrapper in WRAPPERS):
            return self._nested(name, node["args"])
        function = operator(target)
        args, kwargs = node["args"], node["kwargs"]

        def step(values: dict[str, Any]) -> None:
            named = {key: self._value(item, values) for key, item in kwargs.items()}
            values[name] = function(*[self._value(item, values) for item in args], **named)

        return step

    def _nested(self, name: str, args: list[Any]) -> Step:
        graphs = [i for i, arg in enumerate(args) if _nests(arg)]
        if not graphs:
            raise Refused(f"'{name}' wraps no graph")
        position = graphs[0]
        inner = Program(args[position]["graph"], {}, self.device)
        passed = args[position + 1 :]

        def step(values: dict[str, Any]) -> None:
            values[name] = inner.run([self._value(item, values) for item in passed])

        return step

    def _value(self, item: Any, values: dict[str, Any]) -> Any:
        if isinstance(item, dict):
            if "node" in item:
                return values[item["node"]]
            if "dtype" in item:
                return _dtype(item["dtype"])
            # A device or a memory layout. A device is always this one; layouts do not matter.
            return torch.device(self.device) if item.get("device") else None
        if isinstance(item, list):
            return [self._value(one, values) for one in item]
        return item

    def run(self, inputs: list[Any]) -> list[Any]:
        """Run on ``inputs`` in order; returns every output of the graph."""
        values = dict(self.fixed)
        values.update(zip(self.inputs, inputs, strict=False))
        for step in self.steps:
            step(values)
        return [self._value(item, values) for item in self.outputs]

    def logits(self, batch: torch.Tensor) -> torch.Tensor:
        """Return the model's first output, (N, classes), for inputs (N, ...)."""
        output = self.run([batch])[self.result[0]]
        if not isinstance(output, torch.Tensor) or output.ndim != 2 or len(output) != len(batch):
            raise Refused("the model's output is not one row of class scores per image")
        return output.float()


def _nodes_in(graph: Document) -> int:
    """How many nodes a graph has, those of nested graphs included."""
    inner = [arg["graph"] for node in graph["nodes"] for arg in node.get("args", ()) if _nests(arg)]
    return len(graph["nodes"]) + sum(_nodes_in(one) for one in inner)


def _nests(argument: Any) -> bool:
    return isinstance(argument, dict) and "graph" in argument


def _dtype(name: str) -> torch.dtype:
    """The number type called ``name``. Raises Refused: torch has more by such names than types."""
    found = getattr(torch, name, None)
    if not isinstance(found, torch.dtype):
        raise Refused(f"'{name}' is not a type of numbers")
    return found
