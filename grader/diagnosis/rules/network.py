"""The layers themselves: what is missing between them, what is too much at the end."""

from collections.abc import Iterator
from itertools import pairwise

from grader.diagnosis.case import Case
from grader.diagnosis.crashes import numbers, said
from grader.diagnosis.figures import percent
from grader.diagnosis.forwards import bends, branches
from grader.diagnosis.interface import Suspicion
from grader.diagnosis.layers import (
    BENDS,
    WEIGHTED,
    as_made,
    class_name,
    made_at,
    place_of,
    resized,
    weighted,
)
from grader.model.diagnosis import Confidence, Effect
from grader.model.evidence import Layer
from grader.model.source import Place

SPARE = 16
"""Outputs beyond the classes that are still an honest mistake in counting; 26 for 24 is right."""
SQUEEZES = frozenset({"sigmoid", "tanh", "hardtanh", "log_sigmoid"})
"""Activations with an upper end: at the output, scores cannot grow beyond it."""
CUTS = frozenset({"relu", "relu6"})
"""Activations that are 0 wherever they get a negative number."""


def missing_activation(case: Case) -> Suspicion | None:
    """Two layers with weights in a row and nothing between them that bends."""
    straight = list(_straight(case.layers))
    if not straight or bends(case.code):
        return None
    beside = branches(case.code)  # what looks like a row may be two layers with the same input
    if beside and not case.suffers:
        return None
    first, second = straight[0]
    convolutions = any(case.layers[one].kind != "linear" for one, _ in straight)
    return Suspicion(
        confidence=Confidence.LIKELY if beside else Confidence.CERTAIN,
        facts={
            "first": as_made(case.layers[first]),
            "second": as_made(case.layers[second]),
            "reached": percent(case.valid_accuracy),
        },
        where=place_of(case, second),
        effect=None if case.suffers or _fewer(case, straight) else Effect.HARMLESS,
        variant="convolution" if convolutions else "",
    )


def _straight(layers: tuple[Layer, ...]) -> Iterator[tuple[int, int]]:
    """Pairs of layers with weights, one fed by the other, with no activation between them."""
    places = weighted(layers)
    for first, second in pairwise(places):
        between = {layer.kind for layer in layers[first + 1 : second]}
        if not between & BENDS and _fits(layers[first], layers[second]):
            yield first, second


def _fits(first: Layer, second: Layer) -> bool:
    """Whether the second can be fed by the first: branches beside each other are not in a row."""
    out, into = first.settings.get("out"), second.settings.get("in")
    return isinstance(out, int) and isinstance(into, int) and out > 0 and into % out == 0


def _fewer(case: Case, straight: list[tuple[int, int]]) -> bool:
    """Whether the network has fewer activations than the lab asks for, which costs points even
    where it learned; a maximum that is taken in their place bends a little.
    """
    if all(_pooled(case.layers, *pair) for pair in straight):
        return False
    have, asked = (
        sum(layer.role == "activation" for layer in layers)
        for layers in (case.layers, case.baseline.layers)
    )
    return have < asked


def _pooled(layers: tuple[Layer, ...], first: int, second: int) -> bool:
    """Whether a maximum is taken between two layers."""
    return any("max_pool" in layer.kind for layer in layers[first + 1 : second])


def activation_on_output(case: Case) -> Suspicion | None:
    """An activation after the last layer with weights: it takes the scores their freedom."""
    places = weighted(case.layers)
    after = range(places[-1] + 1, len(case.layers)) if places else range(0)
    found = next((one for one in after if case.layers[one].role == "activation"), None)
    if found is None or _wanted(case, case.layers[found].kind):
        return None
    kind = case.layers[found].kind
    variant = "squeezed" if kind in SQUEEZES else "" if kind in CUTS else "damped"
    damped = variant == "damped"
    if damped and not case.suffers:
        return None
    return Suspicion(
        confidence=Confidence.LIKELY if damped else Confidence.CERTAIN,
        facts={"name": class_name(kind), "reached": percent(case.train_accuracy)},
        where=place_of(case, found),
        effect=None if case.suffers else Effect.HARMLESS,
        variant=variant,
    )


def _wanted(case: Case, kind: str) -> bool:
    """Whether the loss may want it; a sigmoid before a cross-entropy is a mistake of its own."""
    return kind == "sigmoid" or case.trace.loss not in ("cross_entropy", None)


def wrong_outputs(case: Case) -> Suspicion | None:
    """Fewer outputs than classes, or so many that the last layer cannot be meant as one."""
    target = numbers(case, r"^Target (\d+) is out of bounds")
    if target is not None:
        return _out_of_bounds(case, target[0])
    if said(case, r"device-side assert"):
        return _on_a_gpu(case)
    if case.measured is None or not case.labels:
        return None
    outputs = case.measured.classes
    last = weighted(case.layers)[-1:]
    place = next((made_at(case, one) or place_of(case, one) for one in last), None)
    facts = {"outputs": str(outputs), "classes": str(case.labels)}
    facts["named"] = _named(case, place, outputs)
    if outputs < case.labels:
        facts["reached"] = percent(case.valid_accuracy)
        return Suspicion(Confidence.CERTAIN, facts, place, Effect.RUINS, "fewer")
    if outputs > case.labels + SPARE:
        effect = Effect.LOWERS if case.suffers else Effect.HARMLESS
        return Suspicion(Confidence.CERTAIN, facts, place, effect, "many")
    return None


def _out_of_bounds(case: Case, target: int) -> Suspicion | None:
    """A class number without an output: too few outputs, unless there is no such class."""
    kaggle = case.evidence.source.reads_kaggle and target == case.labels
    if target >= case.labels and not kaggle:
        return None
    small = [one for one in _made(case) if one[1] is not None and one[1] <= target]
    place, size = small[-1] if small else (_last_written(case), None)
    size = _heard(case) or size
    outputs = f"at most {target}" if size is None else str(size)
    facts = {"target": str(target), "classes": str(case.labels), "outputs": outputs}
    facts["named"] = _named(case, place, size)
    return Suspicion(Confidence.CERTAIN, facts, place, None, "kaggle" if kaggle else "")


def _on_a_gpu(case: Case) -> Suspicion | None:
    """The same on a graphics card, whose message has no number."""
    made = _made(case)
    size = _heard(case) or (made[-1][1] if made else None)
    if size is None or size >= case.labels:
        return None
    place = made[-1][0] if made else None
    facts = {"outputs": str(size), "classes": str(case.labels)}
    facts["named"] = _named(case, place, size)
    return Suspicion(Confidence.LIKELY, facts, place, None, "gpu")


def _named(case: Case, place: Place | None, size: int | None) -> str:
    """What is to be changed for the outputs of the layer that is made at a place."""
    calls = [one for one in case.code.called("Linear") if one.place == place]
    return resized(case, calls[0] if len(calls) == 1 else None, 1, size)


def _heard(case: Case) -> int | None:
    """How many scores the network gave each image."""
    heard = case.signs.outputs
    return heard.shape[1] if heard is not None and len(heard.shape) == 2 else None


def _made(case: Case) -> list[tuple[Place, int | None]]:
    """Where linear layers are made, with the number of their outputs."""
    found = []
    for call in case.code.called("Linear", "LazyLinear"):
        size = case.code.value(call.argument(int(call.name == "Linear"), "out_features"))
        found.append((call.place, size if isinstance(size, int) else None))
    return found


def _last_written(case: Case) -> Place | None:
    places = [one.place for one in case.evidence.source.layers if one.kind in WEIGHTED]
    return places[-1] if places else None
