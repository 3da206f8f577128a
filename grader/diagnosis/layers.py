"""Questions about the layers of a network: their names as students write them, and their lines."""

from collections.abc import Sequence

from grader.diagnosis.case import Case
from grader.model.evidence import ACTIVATIONS, Layer
from grader.model.source import Place

WEIGHTED = frozenset({"linear", "conv1d", "conv2d"})
BENDS = ACTIVATIONS | {"log_sigmoid", "softmax", "log_softmax"}
"""Kinds after which two layers in a row are more than one."""
CLASSES = {
    "linear": "Linear",
    "conv1d": "Conv1d",
    "conv2d": "Conv2d",
    "relu": "ReLU",
    "relu6": "ReLU6",
    "leaky_relu": "LeakyReLU",
    "prelu": "PReLU",
    "elu": "ELU",
    "selu": "SELU",
    "celu": "CELU",
    "gelu": "GELU",
    "silu": "SiLU",
    "log_sigmoid": "LogSigmoid",
    "dropout": "Dropout",
}
"""Kinds whose class in ``torch.nn`` is not just the kind with a capital."""


def class_name(kind: str) -> str:
    """The class of ``torch.nn`` that makes such a layer: ``ReLU``."""
    return CLASSES.get(kind, kind.capitalize())


def as_made(layer: Layer) -> str:
    """A layer as a student makes it: ``Linear(784, 512)``; only its class where sizes are unknown.

    A convolution by its numbers of channels: ``Conv2d(1, 25)``.
    """
    sizes = (layer.settings.get("in"), layer.settings.get("out"))
    known = all(isinstance(size, int) for size in sizes)
    name = class_name(layer.kind)
    return f"{name}({sizes[0]}, {sizes[1]})" if known else name


def weighted(layers: Sequence[Layer]) -> list[int]:
    """The positions of the layers with weights."""
    return [index for index, layer in enumerate(layers) if layer.kind in WEIGHTED]


def place_of(case: Case, index: int) -> Place | None:
    """Where the network's layer at a position is called or made; ``None`` where that is not sure.

    One in ``nn.Sequential`` is called by no line of the student's. Where the program makes as many
    layers of its kind as the network has, they are the same ones in the same order.
    """
    layer = case.layers[index]
    if layer.line is not None:
        return layer.line
    kinds = [one.kind for one in case.layers]
    made = [one.place for one in case.evidence.source.layers if one.kind == layer.kind]
    if len(made) != kinds.count(layer.kind):
        return None
    return made[kinds[:index].count(layer.kind)]


def made_with(case: Case, name: str, *sizes: int) -> Place | None:
    """Where the one layer of that class with those first arguments is made: ``Linear(784, 512)``.

    ``None`` where the code has no such line, or several.
    """
    names = ("in_channels", "out_channels") if "Conv" in name else ("in_features", "out_features")
    found = [
        call.place
        for call in case.code.called(name)
        if all(
            case.code.value(call.argument(position, names[position])) == size
            for position, size in enumerate(sizes)
        )
    ]
    return found[0] if len(found) == 1 else None


def of_weight(case: Case, name: str) -> str:
    """The layer that a weight belongs to, as it is made; the weight's own name where unknown."""
    module = name.rpartition(".")[0]
    found = [one for one in case.layers if one.module == module and one.kind in WEIGHTED]
    return as_made(found[0]) if module and len(found) == 1 else name


def listed(case: Case, names: Sequence[str], most: int = 2) -> str:
    """The layers of some weights, at most so many, and how many more there are."""
    layers = [of_weight(case, one) for one in names]
    more = len(layers) - most
    return ", ".join(layers[:most]) + (f" and {more} more" if more > 0 else "")
