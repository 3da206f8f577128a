"""A graph that nobody captured is refused by name, and reaches nothing."""

from typing import Any

import pytest
import torch

from grader.evaluator.interpreter import MAX_NODES, Program
from grader.evaluator.operators import ALLOWED, SYMBOLIC, Refused, operator

RELU = {"op": "call", "target": "aten.relu.default", "kwargs": {}}


def chain(count: int) -> dict[str, Any]:
    """An input and ``count`` activations one after the other."""
    nodes = [{"name": "n0", "op": "input", "target": "n0"}]
    for number in range(1, count + 1):
        nodes.append({"name": f"n{number}", "args": [{"node": f"n{number - 1}"}], **RELU})
    return {"nodes": nodes, "outputs": [{"node": f"n{count}"}]}


def wrapped(inner: dict[str, Any]) -> dict[str, Any]:
    """A graph that does nothing but run ``inner``."""
    source = {"name": "x", "op": "input", "target": "x"}
    call = {"name": "y", "op": "call", "target": "wrap_with_set_grad_enabled", "kwargs": {}}
    call["args"] = [False, {"graph": inner}, {"node": "x"}]
    return {"nodes": [source, call], "outputs": [{"node": "y"}]}


def test_a_graph_of_the_most_operators_runs() -> None:
    program = Program(chain(MAX_NODES - 1), {}, "cpu")
    assert program.run([torch.tensor([-1.0, 2.0])])[0].tolist() == [0.0, 2.0]


@pytest.mark.parametrize("graph", [chain(MAX_NODES), wrapped(chain(MAX_NODES - 2))])
def test_more_operators_are_refused_wherever_they_hide(graph: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="more than"):
        Program(graph, {}, "cpu")


@pytest.mark.parametrize("name", ["load", "serialization.load", "__dict__", "nn", "no_such"])
def test_only_types_of_numbers_are_taken_from_torch(name: str) -> None:
    node = {"name": "y", "op": "call", "target": "aten.to.dtype", "kwargs": {}}
    node["args"] = [{"node": "x"}, {"dtype": name}]
    nodes = [{"name": "x", "op": "input", "target": "x"}, node]
    program = Program({"nodes": nodes, "outputs": [{"node": "y"}]}, {}, "cpu")
    with pytest.raises(Refused, match="not a type of numbers"):
        program.run([torch.rand(2)])


def test_a_wrapper_without_a_graph_is_refused() -> None:
    graph = wrapped(chain(1))
    graph["nodes"][1]["args"] = [False]
    with pytest.raises(Refused, match="wraps no graph"):
        Program(graph, {}, "cpu")


@pytest.mark.parametrize(
    "target",
    [
        "aten.from_file.default",
        "aten.__class__.__init__",
        "aten.relu.default.__globals__",
        "aten..relu",
        "<built-in function eval>",
        "prims.relu.default",
        "relu",
        "",
    ],
)
def test_a_name_outside_the_list_is_refused_with_the_name(target: str) -> None:
    with pytest.raises(Refused) as refused:
        operator(target)
    assert f"'{target}'" in str(refused.value)


def test_every_name_on_the_list_is_an_operator_of_torch() -> None:
    assert all(callable(operator(f"aten.{name}")) for name in ALLOWED)
    assert all(name.startswith("<built-in function ") for name in SYMBOLIC)
