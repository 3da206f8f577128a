"""Tensors that do not meet: on two devices, or of two types of number."""

import ast

from grader.diagnosis.case import Case
from grader.diagnosis.code import Call, Reading, constant, mentions, written
from grader.diagnosis.crashes import said
from grader.diagnosis.effort import walk
from grader.diagnosis.interface import Suspicion
from grader.diagnosis.loops import over_data
from grader.diagnosis.names import labels_given, network
from grader.model.diagnosis import Confidence, Effect
from grader.model.source import Place

APART = (
    r"Expected all tensors to be on the same device|is not on the expected device"
    r"|Input type \(torch\.\S*Tensor\) and weight type"
)
NETWORK_STAYS = r"mat1 is on (?:cuda|mps)|Input type \(torch\.(?:cuda|mps)"
MOVES = ("to", "cuda")
BY_DEFAULT = (
    "set_default_device",
    "set_default_tensor_type",
    "device_map",
    "Accelerator",
    "Fabric",
    "prepare",
    "to_empty",
)
"""Other ways for a network to come to a GPU."""
OF_MODULES = ("parameters", "named_parameters", "state_dict", "train", "eval", "requires_grad_")
TO_NUMPY = r"can't convert (cuda|mps)\S* device type tensor to numpy"
NO_GPU = r"Found no NVIDIA driver|Torch not compiled with CUDA enabled|No CUDA GPUs are available"
TYPES = (
    r"must have the same dtype, but got ([\w ]+) and ([\w ]+)",
    r"Input type \(([\w ]+)\) and (?:bias|weight) type \(([\w ]+)\) should be the same",
)
FLOATS = r"expected scalar type Float but found (\w+)"
LABELS = (
    r"(?:expected target dtype to be .*, but got|expected scalar type Long but found)"
    r" (Int|Short|Char|Bool)\b"
)
NAMES = {
    "double": "float64",
    "float": "float32",
    "byte": "uint8",
    "unsigned char": "uint8",
    "long": "int64",
    "long int": "int64",
    "int": "int32",
    "short": "int16",
    "char": "int8",
    "bool": "bool",
    "half": "float16",
    "c10::half": "float16",
    "bfloat16": "bfloat16",
}
"""What torch calls its types in messages, and what a program calls them."""


def device_mismatch(case: Case) -> Suspicion | None:
    """The network on one device and what it gets on another."""
    if said(case, APART):
        return _apart(case)
    if said(case, TO_NUMPY):
        return _stops(case, "numpy", None)
    if said(case, NO_GPU):
        return _stops(case, "no-gpu", None)
    if case.crash is not None or case.evidence.device != "cpu":
        return None
    found = [(_dropped(case), "later"), (_network_stays(case), "network-later")]
    for place, variant in found:
        if place is not None:
            return Suspicion(Confidence.LIKELY, _facts(case), place, Effect.HARMLESS, variant)
    return None


def _apart(case: Case) -> Suspicion:
    """Which of the two was not moved."""
    if said(case, NETWORK_STAYS):
        return _stops(case, "network", None)
    dropped = _dropped(case)
    return _stops(case, "" if dropped is None else "dropped", dropped)


def _stops(case: Case, variant: str, place: Place | None) -> Suspicion:
    return Suspicion(Confidence.CERTAIN, _facts(case), place or _crashed(case), None, variant)


def _facts(case: Case) -> dict[str, str]:
    """The network's name, and how batches are moved: ``to(dev)``, ``cuda()``."""
    moves = [one for one in case.code.called(*MOVES) if _of_a_batch(case.code, one)]
    ways = {written(one.node).removeprefix(f"{one.owner}.") for one in moves}
    return {"network": network(case), "move": ways.pop() if len(ways) == 1 else "to(device)"}


def _dropped(case: Case) -> Place | None:
    """A line ``images.to(device)`` whose result nobody keeps: the batch stays where it is."""
    dropped = [one.node.value for one in case.code.nodes if isinstance(one.node, ast.Expr)]
    lone = {id(part) for one in dropped for part in getattr(one, "elts", [one])}
    moves = [one for one in case.code.called(*MOVES) if id(one.node) in lone]
    return next((one.place for one in moves if _of_a_batch(case.code, one)), None)


def _network_stays(case: Case) -> Place | None:
    """Where a batch is moved, in a program that moves nothing else and may meet a GPU."""
    moves = case.code.called(*MOVES)
    own = [one for one in moves if _of_a_batch(case.code, one)]
    batches = [one for one in own if _to_a_gpu(case.code, one)]
    if len(moves) > len(own) or not batches or _made_there(case):
        return None
    return batches[0].place


def _made_there(case: Case) -> bool:
    """Whether the network may be made on a GPU, or come there in another way."""
    if any(one.argument(None, "device") for one in case.code.calls):
        return True
    blocks = [one.node for one in case.code.nodes if isinstance(one.node, ast.With)]
    opened = [item.context_expr for block in blocks for item in block.items]
    if any("device" in f"{written(one)} {written(case.code.origin(one))}" for one in opened):
        return True
    kept = [one.node for one in case.code.nodes if isinstance(one.node, ast.Dict)]
    if any(constant(key) == "device" for one in kept for key in one.keys):  # as an argument's name
        return True
    return any(mentions(one.tree, *BY_DEFAULT) for one in case.program)


def _to_a_gpu(code: Reading, call: Call) -> bool:
    device = written(code.origin(call.argument(0, "device")))
    return call.name == "cuda" or "cuda" in device or "mps" in device


def _of_a_batch(code: Reading, call: Call) -> bool:
    """Whether what is moved comes from the loop around it, and that goes over data, not modules."""
    made = call.node.func
    name = getattr(made, "value", None)
    if not isinstance(name, ast.Name) or _is_module(code, name.id):
        return False
    loops = [one for one in call.loops if isinstance(one, ast.For) and over_data(code, one)]
    parts = [part for one in loops for part in walk(one.target) if isinstance(part, ast.Name)]
    return any(part.id == name.id for part in parts)


def _is_module(code: Reading, name: str) -> bool:
    """Whether something is called, or has what only a network has."""
    called = [one for one in code.called(name) if not one.owner]
    return bool(called) or any(one.owner == name for one in code.called(*OF_MODULES))


def dtype_mismatch(case: Case) -> Suspicion | None:
    """Numbers of one type where another is wanted."""
    labels = said(case, LABELS)
    if labels is not None:
        return _told(case, labels[1], "long", "labels")
    found = next((match for match in (said(case, one) for one in TYPES) if match), None)
    if found is not None:
        return _inputs(case, found[1], found[2])
    floats = said(case, FLOATS)
    return None if floats is None else _inputs(case, floats[1], "float")


def _inputs(case: Case, got: str, wanted: str) -> Suspicion:
    type_ = NAMES.get(got.lower(), got)
    if type_ == "float32":
        return _told(case, got, wanted, "network")
    return _told(case, got, wanted, "" if "float" in type_ else "whole")


def _told(case: Case, got: str, wanted: str, variant: str) -> Suspicion:
    facts = {"got": NAMES.get(got.lower(), got), "wanted": NAMES.get(wanted.lower(), wanted)}
    facts |= {"pictures": _fed(case), "labels": labels_given(case)}
    asked = _asked(case, facts["got"]) if not variant else None
    if asked is not None:
        return Suspicion(Confidence.CERTAIN, facts, asked, None, "asked")
    return Suspicion(Confidence.CERTAIN, facts, _crashed(case), None, variant)


def _fed(case: Case) -> str:
    """What the network is called with where the program ended, or everywhere: ``x``."""
    crashed, model = _crashed(case), network(case)
    calls = [one for one in case.code.calls if written(one.node.func) == model]
    there = [one for one in calls if one.place == crashed] or calls
    given = {written(one.argument(0)) for one in there}
    name = given.pop() if len(given) == 1 else ""
    return name if name.isidentifier() else "images"


def _asked(case: Case, got: str) -> Place | None:
    """The one line that asks for the type the pictures have."""
    words = {"float64": ("float64", "double")}.get(got, (got,))
    found = {
        one.place.words: one.place
        for one in case.code.nodes
        if isinstance(one.node, ast.Attribute) and one.node.attr in words
    }
    return next(iter(found.values())) if len(found) == 1 else None


def _crashed(case: Case) -> Place | None:
    place = None if case.crash is None else case.crash.place
    return place if place is not None and place.words else None
