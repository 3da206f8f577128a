"""Questions about the layers of a network: their names as students write them, and their lines."""

import ast
from collections.abc import Sequence

from grader.diagnosis.case import Case
from grader.diagnosis.code import Call, written
from grader.diagnosis.effort import walk
from grader.diagnosis.names import changed
from grader.diagnosis.origins import listed_first, origins, value_of
from grader.discovery.written import KINDS
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

    One in ``nn.Sequential`` is called by no line of the student's.
    """
    layer = case.layers[index]
    if layer.line is not None and (not case.program or _called_at(case, layer)):
        return layer.line
    return made_at(case, index)


def made_at(case: Case, index: int) -> Place | None:
    """Where the network's layer at a position is made; ``None`` where that is not sure.

    That is the only line which may make it by its name and its numbers. Where the program makes as
    many layers of its kind as the network has, they are the same ones in the same order.
    """
    layer = case.layers[index]
    made = [one.place for one in case.evidence.source.layers if one.kind == layer.kind]
    calls = [one for one in _layers(case) if KINDS[one.name] == layer.kind]
    named = [one for one in calls if _bound(case, one) == f"self.{layer.module}"]
    able = [one for one in named or calls if _may_be(case, one, layer)]
    if len(able) == 1:
        return able[0].place
    kinds = [one.kind for one in case.layers]
    if len(made) != kinds.count(layer.kind):
        return None
    place = made[kinds[:index].count(layer.kind)]
    return place if not calls or place in [one.place for one in able] else None


def failed(case: Case, name: str, sizes: Sequence[int], given: int | None = None) -> Call | None:
    """The call that makes the layer of that class and those first arguments which ended the run.

    It is the only one with these numbers, or the only one that may have them. Of several it is the
    one that the last line calls, or that follows a layer which gives what it was ``given``.
    """
    calls = case.code.called(name)
    able = [one for one in calls if _fits(case, one, sizes)]
    exact = [one for one in able if all(size is not None for size in _sizes(case, one, len(sizes)))]
    found = exact or able
    place = None if case.crash is None else case.crash.place
    used = {f"{one.owner}.{one.name}".strip(".") for one in case.code.calls if one.place == place}
    for wanted in (
        [one for one in able if _bound(case, one) in used],
        found,
        [one for one in found if given is not None and _fed(case, one, given)],
    ):
        if len(wanted) == 1:
            return wanted[0]
    return None


def resized(case: Case, call: Call | None, position: int, is_: int | None) -> str:
    """What is to be changed so that a layer has another size, as ``names.change`` says it.

    Empty where the name gives other layers their sizes as well.
    """
    if call is None:
        return ""
    given = call.argument(position, _names(call.name)[position])
    whole = listed_first(case.code, call, given) if position == 0 else None
    if whole is not None and whole.place is not None:
        first = value_of(case.code, whole.at, whole.value) == is_
        return f": change the first number of {whole.name} in {whole.place.words}" if first else ""
    shared = any(_uses(case, one.name) > 1 for one in origins(case.code, call, given))
    return "" if shared else changed(case, call, given, is_)


def _uses(case: Case, name: str) -> int:
    """How often a name stands among the arguments of layers and of the student's networks."""
    making = [one for one in case.code.calls if one.name in {*KINDS, *case.code.networks}]
    given = [*(part for one in making for part in one.node.args)]
    given += [part.value for one in making for part in one.node.keywords]
    parts = [one for part in given if not isinstance(part, ast.Call) for one in walk(part)]
    return sum(isinstance(one, ast.Name | ast.Attribute) and written(one) == name for one in parts)


def _layers(case: Case) -> list[Call]:
    return [one for one in case.code.calls if one.name in KINDS]


def _bound(case: Case, call: Call) -> str:
    """The name that a layer is given as it is made: ``self.fc1``."""
    names = [one.name for one in case.code.assignments if one.value is call.node]
    return names[0] if len(names) == 1 else ""


def _called_at(case: Case, layer: Layer) -> bool:
    """Whether the line that a layer was called from calls it itself, not something it is in."""
    name = layer.module.rpartition(".")[2]
    calls = [one.name for one in case.code.calls if one.place == layer.line]
    own = (name, class_name(layer.kind))
    return not name or any(one in own or one.startswith(layer.kind) for one in calls)


def _may_be(case: Case, call: Call, layer: Layer) -> bool:
    """Whether a call may make a layer: nothing that can be read of it is against that."""
    if layer.kind == "dropout":
        rate = value_of(case.code, call, call.argument(0, "p"))
        return rate is None or rate == layer.settings.get("p")
    sizes = [layer.settings.get("in"), layer.settings.get("out")]
    known = [one for one in sizes if isinstance(one, int)]
    return len(known) < 2 or layer.kind not in WEIGHTED or _fits(case, call, known)


def _fits(case: Case, call: Call, sizes: Sequence[int]) -> bool:
    if call.name.startswith("Lazy"):
        return True
    read = _sizes(case, call, len(sizes))
    return all(one is None or one == size for one, size in zip(read, sizes, strict=True))


def _sizes(case: Case, call: Call, count: int) -> list[int | float | None]:
    names = _names(call.name)[:count]
    given = [call.argument(position, name) for position, name in enumerate(names)]
    return [value_of(case.code, call, one) for one in given]


def _names(name: str) -> tuple[str, str]:
    """What the first two arguments of a layer's class are called."""
    if "Norm" in name:
        return "num_features", "eps"
    return ("in_channels", "out_channels") if "Conv" in name else ("in_features", "out_features")


def _fed(case: Case, call: Call, given: int) -> bool:
    """Whether the layer of its kind that is made before it, in the same block, gives so much."""
    beside = [one for one in case.code.called(call.name) if one.around == call.around]
    before = beside[: beside.index(call)]
    return bool(before) and _sizes(case, before[-1], 2)[1] == given


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
