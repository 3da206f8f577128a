"""Interprets a captured graph on a batch of inputs.

Nested graphs (autocast, no_grad) are run inline in full precision: the precision a student's GPU
chose is not part of what they built.
"""

from collections.abc import Callable
from typing import Any

import torch

from .nodes import STORED, Document, Tensors, check, check_shapes, inner_of
from .operators import Refused, is_ignored, operator, writes

Step = Callable[[dict[str, Any]], None]
Look = Callable[[Any], None]
Watch = Callable[[Document], Look | None]
"""Asked once for each operator: who wants to see what it returns, as it returns it."""


class Program:
    """A graph made ready to run: operators looked up once, arguments as small closures.

    Every run is the first: nothing that a graph writes in place outlives it, or a network could
    count the images it was shown and answer by their number.
    """

    def __init__(
        self,
        graph: Document,
        tensors: Tensors,
        device: str,
        *,
        training: bool = False,
        kept: frozenset[int] | None = None,
        watch: Watch | None = None,
    ) -> None:
        """Prepare ``graph`` with ``tensors`` by their names in the model. Raises Refused.

        ``training`` says that it is the training form. A nested graph was checked with the one
        around it, and is given the storages that are ``kept`` there. ``watch`` sees those, too.
        """
        if kept is None:
            check(graph, tensors, training=training)
            kept = frozenset(_storage(tensor) for tensor in tensors.values())
        self.graph, self.device, self.training, self.kept = graph, device, training, kept
        self.watch = watch
        self.steps: list[Step] = []
        self.inputs: list[str] = []
        self.fixed: dict[str, Any] = {}
        self.outputs = graph["outputs"]
        self.result = graph.get("result", [0])
        self._shapes_hold = False
        for node in graph["nodes"]:
            kind, name = node["op"], node["name"]
            if kind == "input":
                self.inputs.append(name)
            elif kind in STORED:
                self.fixed[name] = tensors[node["target"]]
            elif not is_ignored(node["target"]):
                self.steps += [self._call(node), *self._looks(node)]

    def _call(self, node: Document) -> Step:
        name, target = node["name"], node["target"]
        place = inner_of(node)
        if place is not None:
            return self._nested(name, node["args"], place)
        function = operator(target, training=self.training)
        args, kwargs = node["args"], node["kwargs"]
        may_write = writes(target)

        def step(values: dict[str, Any]) -> None:
            named = {key: self._value(item, values) for key, item in kwargs.items()}
            given = [self._value(item, values) for item in args]
            if may_write:
                given = [self._own(one) for one in given]
                named = {key: self._own(one) for key, one in named.items()}
            values[name] = function(*given, **named)

        return step

    def _looks(self, node: Document) -> list[Step]:
        """A step after an operator that is watched: what it returned may be overwritten later."""
        look, name = self.watch(node) if self.watch else None, node["name"]
        return [lambda values: look(values[name])] if look else []

    def _own(self, value: Any) -> Any:
        """A copy of what is stored, and of all that looks at it; anything else as it is."""
        stored = isinstance(value, torch.Tensor) and _storage(value) in self.kept
        return value.clone() if stored else value

    def _nested(self, name: str, args: list[Any], place: int) -> Step:
        graph = args[place]["graph"]
        inner = Program(
            graph, {}, self.device, training=self.training, kept=self.kept, watch=self.watch
        )
        passed = args[place + 1 :]

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
        """Run on ``inputs`` in order; returns every output of the graph.

        The first time, the shapes it claims are held against those there are. Raises Refused.
        """
        values = dict(self.fixed)
        values.update(zip(self.inputs, inputs, strict=False))
        for step in self.steps:
            step(values)
        if not self._shapes_hold:
            check_shapes(self.graph, values)
            self._shapes_hold = True
        return [self._value(item, values) for item in self.outputs]

    def logits(self, batch: torch.Tensor) -> torch.Tensor:
        """Return the model's first output, (N, classes), for inputs (N, ...)."""
        output = self.run([batch])[self.result[0]]
        if not isinstance(output, torch.Tensor) or output.ndim != 2 or len(output) != len(batch):
            raise Refused("the model's output is not one row of class scores per image")
        return output.float()


def _storage(tensor: torch.Tensor) -> int:
    return tensor.untyped_storage().data_ptr()


def _dtype(name: str) -> torch.dtype:
    """The number type called ``name``. Raises Refused: torch has more by such names than types."""
    found = getattr(torch, name, None)
    if not isinstance(found, torch.dtype):
        raise Refused(f"'{name}' is not a type of numbers")
    return found
