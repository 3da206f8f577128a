"""A graph that nobody captured is refused by name, and reaches nothing."""

from typing import Any

import pytest
import torch

from grader.evaluator.interpreter import Program
from grader.evaluator.nodes import MAX_NODES, check
from grader.evaluator.operators import ALLOWED, SYMBOLIC, Refused, operator

RELU = {"op": "call", "target": "aten.relu.default", "kwargs": {}, "shape": [-1]}


def chain(count: int) -> dict[str, Any]:
    """An input and ``count`` activations one after the other."""
    nodes = [{"name": "n0", "op": "input", "target": "n0", "shape": [-1]}]
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


def call(name: str, target: str, *args: Any, shape: list[int] | None = None) -> dict[str, Any]:
    node = {"name": name, "op": "call", "target": target, "args": list(args), "kwargs": {}}
    return {**node, "shape": shape}


def source(name: str, *shape: int) -> dict[str, Any]:
    return {"name": name, "op": "input", "target": name, "shape": list(shape)}


def buffer(name: str, *shape: int) -> dict[str, Any]:
    return {"name": name, "op": "buffer", "target": name, "shape": list(shape)}


X, W, Y = {"node": "x"}, {"node": "w"}, {"node": "y"}


def graph(*nodes: dict[str, Any], output: Any = Y) -> dict[str, Any]:
    return {"nodes": list(nodes), "outputs": [output]}


def test_an_assertion_cannot_bear_the_name_of_a_layer() -> None:
    shown = graph(source("x", -1, 4), call("y", "aten.conv2d._assert_scalar", X, shape=[-1, 4]))
    with pytest.raises(Refused, match="conv2d"):
        check(shown, {}, training=True)


HIDDEN = [
    call("y", "aten.linear.default", X, W, {"graph": chain(3)}),
    call("y", "aten.relu.default", [X, {"graph": chain(3)}]),
    call("y", "wrap_with_autocast", {"graph": chain(3)}, {"graph": chain(2)}, X),
    call("y", "wrap_with_autocast", [{"graph": chain(3)}], X),
    call("y", "aten.wrap_with_autocast.default", {"graph": chain(3)}, X),
    {**call("y", "aten.relu.default", X), "kwargs": {"out": {"graph": chain(3)}}},
]


@pytest.mark.parametrize("node", HIDDEN, ids=range(len(HIDDEN)))
def test_a_graph_is_only_where_it_is_run(node: dict[str, Any]) -> None:
    shown = graph(source("x", -1, 4), buffer("w", 4, 4), node)
    with pytest.raises(Refused):
        check(shown, {"w": torch.eye(4)})


def test_two_nodes_of_one_name_and_names_from_nowhere_are_refused() -> None:
    relu = call("y", "aten.relu.default", X)
    with pytest.raises(Refused, match="two nodes"):
        check(graph(source("x", -1, 4), relu, relu), {})
    with pytest.raises(Refused, match="'y' of the graph names 'later'"):
        check(graph(source("x", -1, 4), call("y", "aten.relu.default", {"node": "later"})), {})
    with pytest.raises(Refused, match="outputs of the graph names"):
        check(graph(source("x", -1, 4), relu, output={"node": "z"}), {})


def test_what_a_graph_says_of_sizes_must_be_so() -> None:
    stored = {"w": torch.eye(4)}
    with pytest.raises(Refused, match="another shape"):
        check(
            graph(source("x", -1, 4), buffer("w", 9, 9), call("y", "aten.relu.default", X)), stored
        )
    for lie in ([-1, 9], [4, 4], [-1], None):
        node = call("y", "aten.matmul.default", X, W, shape=lie)
        program = Program(graph(source("x", -1, 4), buffer("w", 4, 4), node), stored, "cpu")
        with pytest.raises(Refused, match="another shape"):
            program.run([torch.rand(3, 4)])


WRITES = [
    call("y", "aten.add_.Tensor", W, 1, shape=[4]),
    {**call("y", "aten.add_.Tensor", shape=[4]), "kwargs": {"self": W, "other": 1}},
    call("y", "aten.mul_.Tensor", {"node": "seen"}, 2, shape=[2, 2]),
    call(
        "y", "aten.batch_norm.default", X, None, None, W, W, True, 0.5, 1e-5, False, shape=[-1, 4]
    ),
]


@pytest.mark.parametrize("node", WRITES, ids=range(len(WRITES)))
def test_nothing_that_is_stored_changes_from_one_batch_to_the_next(node: dict[str, Any]) -> None:
    stored = {"w": torch.tensor([1.0, 2.0, 3.0, 4.0])}
    seen = call("seen", "aten.view.default", W, [2, 2], shape=[2, 2])
    program = Program(graph(source("x", -1, 4), buffer("w", 4), seen, node), stored, "cpu")
    first, second = (program.run([torch.ones(3, 4)])[0] for _ in range(2))
    assert torch.equal(first, second)
    assert stored["w"].tolist() == [1.0, 2.0, 3.0, 4.0]


def test_what_is_written_in_a_nested_graph_does_not_stay_either() -> None:
    inner = graph(
        source("x", -1, 4), source("w", 4), call("y", "aten.add_.Tensor", W, 1, shape=[4])
    )
    outer = call("y", "wrap_with_set_grad_enabled", False, {"graph": inner}, X, W)
    stored = {"w": torch.zeros(4)}
    program = Program(graph(source("x", -1, 4), buffer("w", 4), outer), stored, "cpu")
    program.run([torch.ones(3, 4)])
    assert stored["w"].sum() == 0


def test_only_a_training_form_may_draw_at_random() -> None:
    noisy = graph(source("x", -1, 4), call("y", "aten.randn_like.default", X, shape=[-1, 4]))
    with pytest.raises(Refused, match="randn_like"):
        check(noisy, {})
    check(noisy, {}, training=True)
