"""Reads the layers from the operators of a captured training graph.

``nn.ReLU()`` and ``F.relu`` become the same layer, because both are the same operator; a class
that lies about its name gains nothing. Operators that only move or reshape values are left out,
flatten apart, which the labs teach.
"""

from collections.abc import Callable, Mapping
from typing import Any

from .nodes import STORED, inner_of, referenced

Node = Mapping[str, Any]
Settings = dict[str, Any]

ACTIVATIONS = {
    "relu": "relu",
    "leaky_relu": "leaky_relu",
    "elu": "elu",
    "gelu": "gelu",
    "silu": "silu",
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "softplus": "softplus",
    "hardtanh": "hardtanh",
    "selu": "selu",
    "celu": "celu",
    "mish": "mish",
    "prelu": "prelu",
    "relu6": "relu6",
    "hardswish": "hardswish",
    "log_sigmoid": "log_sigmoid",
    "softmax": "softmax",
    "_softmax": "softmax",
    "log_softmax": "log_softmax",
    "_log_softmax": "log_softmax",
}
SHAPING = ("flatten", "view", "reshape")
NO_LAYER = frozenset(
    {
        *("squeeze", "unsqueeze", "permute", "transpose", "t", "contiguous"),
        *("expand", "cat", "stack", "slice", "select", "unflatten", "pad", "constant_pad_nd"),
        *("repeat", "clone", "alias", "lift_fresh_copy", "numpy_T", "movedim", "swapaxes"),
        *("chunk", "split", "add", "sub", "mul", "div", "neg", "exp", "log", "sqrt", "rsqrt"),
        *("pow", "abs", "mean", "rsub", "sum", "amax", "max", "std", "var", "square", "to"),
        *("_to_copy", "sym_size", "type_as", "zeros_like", "ones_like", "detach", "full_like"),
        *("rand", "rand_like", "randn", "randn_like", "bernoulli", "empty_like", "lt", "le"),
        *("gt", "ge", "where", "masked_fill"),
        "_weight_norm",  # makes a layer's weight of two parameters
    }
)
"""What may be computed between layers. Every operator that is allowed is here or is read."""


def operator(node: Node) -> str:
    """An operator's name without its library, its variant and the mark of one in place."""
    name: str = node["target"].removeprefix("aten.").split(".")[0]
    return name if name.startswith("_") else name.rstrip("_") or node["target"]


class Reader:
    """Turns nodes into layers; keeps the shapes of everything by node name."""

    def __init__(self, graph: Mapping[str, Any]) -> None:
        self.nodes = graph["nodes"]
        self.shapes = {node["name"]: node.get("shape") or [] for node in self.nodes}
        self.parameters = {node["name"] for node in self.nodes if node["op"] == "parameter"}

    def read(self) -> list[dict[str, Any]]:
        """Return the layers in order, each ``{kind, settings, shape, module, line}``."""
        layers: list[dict[str, Any]] = []
        for node in self.nodes:
            if node["op"] != "call":
                continue
            place = inner_of(node)
            if place is not None:
                layers += Reader(node["args"][place]["graph"]).read()
                continue
            if operator(node) == "log" and layers and layers[-1]["kind"] == "softmax":
                layers[-1]["kind"] = "log_softmax"  # in two steps
            found = self.layer(node)
            if found is not None:
                kind, settings = found
                shape = [size for size in (node.get("shape") or [])[1:] if size is not None]
                layers.append(
                    {
                        "kind": kind,
                        "settings": settings,
                        "shape": shape,
                        "module": node.get("module", ""),
                        "line": node.get("line"),
                    }
                )
        return layers

    def layer(self, node: Node) -> tuple[str, Settings] | None:
        """Kind and settings of the layer that an operator is; ``None`` where it is none."""
        name = operator(node)
        if name in ACTIVATIONS:
            return ACTIVATIONS[name], {}
        reader = READERS.get(name)
        if reader is not None:
            return reader(self, node)
        if name in SHAPING and self._flattens(node):
            return "flatten", {}
        return None

    def _flattens(self, node: Node) -> bool:
        """A view that leaves one dimension beside the batch where there were more before."""
        before = self.shape(node, 0)
        return len(node.get("shape") or []) == 2 and len(before) > 2

    def shape(self, node: Node, position: int) -> list[int]:
        """The shape of one argument, empty where it has none."""
        args = node["args"]
        arg = args[position] if position < len(args) else None
        return self.shapes.get(arg["node"], []) if isinstance(arg, dict) and "node" in arg else []


def _arg(node: Node, position: int, name: str, default: Any) -> Any:
    args = node["args"]
    return args[position] if position < len(args) else node["kwargs"].get(name, default)


def _pair(value: Any) -> list[int]:
    if isinstance(value, int):
        return [value, value]
    return [*value, *value] if len(value) == 1 else list(value)


def _linear(reader: Reader, node: Node) -> tuple[str, Settings] | None:
    weight = reader.shape(node, 1)
    if len(weight) != 2:
        return "linear", {}
    return "linear", {"in": weight[1], "out": weight[0], "bias": len(node["args"]) > 2}


def _addmm(reader: Reader, node: Node) -> tuple[str, Settings] | None:
    weight = reader.shape(node, 2)
    return ("linear", {"in": weight[0], "out": weight[1], "bias": True}) if weight else None


def _matmul(reader: Reader, node: Node) -> tuple[str, Settings] | None:
    weight = reader.shape(node, 1)
    if len(weight) != 2 or -1 in weight:
        return None  # a product of two activations: attention, not a layer with weights
    return "linear", {"in": weight[0], "out": weight[1], "bias": False}


def _einsum(reader: Reader, node: Node) -> tuple[str, Settings] | None:
    """A product with weights is a linear layer in another notation; of activations it is none."""
    operands = node["args"][-1]
    names = [arg["node"] for arg in operands if isinstance(arg, dict) and "node" in arg]
    return ("linear", {}) if reader.parameters & set(names) else None


def _conv1d(reader: Reader, node: Node) -> tuple[str, Settings] | None:
    weight = reader.shape(node, 1)
    sizes = {"in": weight[1] * _arg(node, 6, "groups", 1), "out": weight[0]} if weight else {}
    return "conv1d", sizes


def _conv(reader: Reader, node: Node) -> tuple[str, Settings] | None:
    weight = reader.shape(node, 1)
    settings: Settings = {}
    if len(weight) == 4:
        settings = {"in": weight[1] * _arg(node, 6, "groups", 1), "out": weight[0]}
        settings["kernel"] = weight[2:]
    padding = _arg(node, 4, "padding", [0, 0])
    settings["stride"] = _pair(_arg(node, 3, "stride", [1, 1]))
    settings["padding"] = padding if isinstance(padding, str) else _pair(padding)
    return "conv2d", settings


def _norm(kind: str) -> Callable[[Reader, Node], tuple[str, Settings] | None]:
    def read(reader: Reader, node: Node) -> tuple[str, Settings] | None:
        shape = reader.shape(node, 0)
        return kind, {"features": shape[1]} if len(shape) > 1 else {}

    return read


def _dropout(reader: Reader, node: Node) -> tuple[str, Settings] | None:
    # In the training form a dropout that is off stays off for ever: it is no layer at all.
    if not _arg(node, 2, "train", True):
        return None
    return "dropout", {"p": float(_arg(node, 1, "p", 0.5))}


def _pool(kind: str) -> Callable[[Reader, Node], tuple[str, Settings] | None]:
    def read(reader: Reader, node: Node) -> tuple[str, Settings] | None:
        kernel = _pair(_arg(node, 1, "kernel_size", [0]))
        stride = _arg(node, 2, "stride", []) or kernel
        return kind, {"kernel": kernel, "stride": _pair(stride)}

    return read


def _adaptive(kind: str) -> Callable[[Reader, Node], tuple[str, Settings] | None]:
    return lambda reader, node: (kind, {"output": _pair(_arg(node, 1, "output_size", [0]))})


def _clamp(reader: Reader, node: Node) -> tuple[str, Settings] | None:
    """An activation by hand: what is below zero becomes zero."""
    highest = _arg(node, 2, "max", None)
    if _arg(node, 1, "min", None) != 0 or highest not in (None, 6):
        return None
    return "relu" if highest is None else "relu6", {}


READERS: dict[str, Callable[[Reader, Node], tuple[str, Settings] | None]] = {
    "clamp": _clamp,
    "clamp_min": _clamp,
    "linear": _linear,
    "addmm": _addmm,
    "matmul": _matmul,
    "mm": _matmul,
    "bmm": _matmul,
    "einsum": _einsum,
    "conv1d": _conv1d,
    "max_pool1d": lambda reader, node: ("max_pool1d", {}),
    "conv2d": _conv,
    "batch_norm": _norm("batch_norm"),
    "layer_norm": _norm("layer_norm"),
    "group_norm": _norm("group_norm"),
    "instance_norm": _norm("instance_norm"),
    "dropout": _dropout,
    "feature_dropout": _dropout,
    "alpha_dropout": _dropout,
    "max_pool2d": _pool("max_pool2d"),
    "avg_pool2d": _pool("avg_pool2d"),
    "adaptive_avg_pool2d": _adaptive("adaptive_avg_pool2d"),
    "adaptive_max_pool2d": _adaptive("adaptive_max_pool2d"),
}


def essence(layers: list[dict[str, Any]]) -> list[tuple[str, Settings]]:
    """What must be the same in training and in evaluation.

    That is everything but dropout, and but a softmax at the end, which changes no winner.
    """
    found = [(one["kind"], one["settings"]) for one in layers if one["kind"] != "dropout"]
    while found and found[-1][0] in ("softmax", "log_softmax"):
        found.pop()
    return found


def used(graph: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Kind and name of every stored tensor that a graph computes with, nested ones included.

    Others only belong to the module. What a nested graph uses was passed to it by name.
    """
    names: set[str] = set()
    for node in graph["nodes"]:
        names |= referenced([node.get("args", []), node.get("kwargs", {})])
    names |= referenced(graph.get("outputs"))
    nodes = [node for node in graph["nodes"] if node["op"] in STORED and node["name"] in names]
    return {(node["op"], node["target"]) for node in nodes}
