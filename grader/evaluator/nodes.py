"""What a node of a captured graph is: one answer for everybody who reads it.

Theory of operation. One part computes with a graph, another names its layers, a third follows what
is stored. A forged graph would like each to see something else: a nested graph that is read and
never run, an assertion that bears a layer's name, shapes that nothing has. So a graph is checked as
a whole before anybody reads it, in both its forms, and what it claims of shapes is held against
what comes out when it runs.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import torch

from .operators import Refused, is_ignored, operator

MAX_NODES = 5000
WRAPPERS = ("wrap_with_set_grad_enabled", "wrap_with_autocast")
STORED = ("parameter", "buffer", "constant")

Document = Mapping[str, Any]
Tensors = Mapping[str, torch.Tensor]


def check(graph: Document, tensors: Tensors, *, training: bool = False) -> None:
    """Refuse a graph that can be read in two ways. Raises Refused.

    ``tensors`` are those stored, by their names in the model; ``training`` says that it is the
    training form, which may draw at random.
    """
    count = _count(graph)
    if count > MAX_NODES:
        raise Refused(f"the graph has {count} operators, more than {MAX_NODES}")
    _check(graph, tensors, training)


def _check(graph: Document, tensors: Tensors, training: bool) -> None:
    known: set[str] = set()
    for node in graph["nodes"]:
        name, kind, target = node["name"], node["op"], node["target"]
        if name in known:
            raise Refused(f"two nodes of the graph are called '{name}'")
        if kind == "call":
            _check_call(node, known, training)
        elif kind in STORED and target not in tensors:
            raise Refused(f"the weights hold no tensor named '{target}'")
        elif kind in STORED and list(tensors[target].shape) != node.get("shape"):
            raise Refused(f"the tensor '{target}' has another shape than the graph says")
        known.add(name)
    _require_known(graph["outputs"], known, "the outputs")


def _check_call(node: Document, known: set[str], training: bool) -> None:
    target, given = node["target"], [node["args"], node["kwargs"]]
    nested = sum(1 for _ in _graphs(given))
    if target in WRAPPERS:
        if nested != 1 or inner_of(node) is None:
            raise Refused(f"'{node['name']}' wraps no graph, or more than one")
        _check(node["args"][inner_of(node)]["graph"], {}, training)
    elif nested:
        raise Refused(f"'{node['name']}' hides a graph in its arguments")
    elif not is_ignored(target):
        operator(target, training=training)
    _require_known(given, known, f"'{node['name']}'")


def inner_of(node: Document) -> int | None:
    """The position of the nested graph among the arguments of a call; ``None`` where it has none.

    What follows it there are the inputs of that graph.
    """
    places = (place for place, arg in enumerate(node["args"]) if _nests(arg))
    return next(places, None) if node["target"] in WRAPPERS else None


def referenced(value: Any) -> set[str]:
    """The names of all nodes that ``value``, the arguments of another one, refers to."""
    if isinstance(value, dict):
        if _nests(value):
            return set()  # a nested graph's names are its own
        return {value["node"]} if isinstance(value.get("node"), str) else set()
    if isinstance(value, list):
        return set().union(*(referenced(item) for item in value))
    return set()


def _require_known(value: Any, known: set[str], who: str) -> None:
    strange = sorted(referenced(value) - known)
    if strange:
        raise Refused(f"{who} of the graph names '{strange[0]}', which is not before it")


def _graphs(value: Any) -> Iterator[Document]:
    """Every nested graph in ``value``, wherever it hides; not those within these."""
    if _nests(value):
        yield value["graph"]
    elif isinstance(value, dict):
        for item in value.values():
            yield from _graphs(item)
    elif isinstance(value, list):
        for item in value:
            yield from _graphs(item)


def _nests(argument: Any) -> bool:
    return isinstance(argument, dict) and "graph" in argument


def _count(graph: Document) -> int:
    """How many nodes a graph has, those of nested graphs included."""
    inner = [one for node in graph["nodes"] for one in _graphs(node.get("args", []))]
    return len(graph["nodes"]) + sum(_count(one) for one in inner)


def check_shapes(graph: Document, values: Mapping[str, Any]) -> None:
    """Hold the shapes that a graph claims against those of ``values``, by node. Raises Refused.

    Where a graph says -1, the size is that of the batch.
    """
    for node in graph["nodes"]:
        value, said = values.get(node["name"]), node.get("shape")
        if not isinstance(value, torch.Tensor):
            continue
        if said is None or len(said) != value.ndim or not all(map(_fits, said, value.shape)):
            raise Refused(f"'{node['name']}' has another shape than the graph says")


def _fits(said: int, size: int) -> bool:
    return said in (-1, size)
