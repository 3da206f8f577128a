"""What the network is fed: grey values of the wrong size, splits that differ, no tensors at all."""

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from statistics import median

from grader.diagnosis.case import Case
from grader.diagnosis.code import Call, Reading, written
from grader.diagnosis.crashes import said
from grader.diagnosis.figures import number, percent
from grader.diagnosis.forwards import scales
from grader.diagnosis.interface import Suspicion
from grader.diagnosis.layers import weighted
from grader.diagnosis.loops import EVALUATES, averaged, evaluates, name_of
from grader.diagnosis.names import together
from grader.diagnosis.pictures import converted, prepared_apart, scaled_once, two_transforms
from grader.diagnosis.randomness import augments, decides, may_augment
from grader.model.diagnosis import Confidence, Effect
from grader.model.evidence import GapKind
from grader.model.signs import Values
from grader.model.source import Place

WHITE = 255
LARGE = 25.0
"""Inputs up to here are scaled in some way; normalising a picture's rare pixels comes near."""
APART = 20
"""Ranges that differ by such a factor are no two ways of normalising."""
TWICE = 0.02
"""White, where it was divided by 255 twice, is far below this."""
SHORT = 30
"""Characters of a transform that can stand in a sentence."""
NORMS = frozenset({"batch_norm", "layer_norm", "group_norm", "instance_norm"})
PICTURE = r"default_collate: batch must contain tensors.*(PIL|Image)"
ARRAY = r"must be Tensor, not (?:numpy\.)?ndarray"


def inputs_not_scaled(case: Case) -> Suspicion | None:
    """Grey values from 0 to 255 as they are: far from what weights start out for."""
    found = _range(case)
    if found is None or max(map(abs, found)) <= LARGE or _scales_itself(case):
        return None
    low, high = found
    places = converted(case)
    return Suspicion(
        confidence=Confidence.CERTAIN,
        where=next(iter(places), None),
        facts={
            "where": together(places),
            "low": number(low),
            "high": number(high),
            "reached": percent(case.valid_accuracy),
        },
        effect=None if case.suffers else Effect.HARMLESS,
    )


def _range(case: Case) -> tuple[float, float] | None:
    """What black and white become before the network gets them."""
    if case.measured is not None:
        fit = case.measured.preprocessing
        if fit.scale:
            shift = median(fit.shift or (0.0,))
            return shift, WHITE * median(fit.scale) + shift
    return _ends(case.signs.inputs)


def _ends(heard: Values | None) -> tuple[float, float] | None:
    if heard is None or heard.low is None or heard.high is None:
        return None
    return heard.low, heard.high


def _scales_itself(case: Case) -> bool:
    """Whether the network begins with a normalisation, or may scale in its own code."""
    first = weighted(case.layers)[:1]
    before = {layer.kind for layer in case.layers[: first[0]]} if first else set()
    return bool(before & NORMS) or scales(case.code)


def splits_scaled_differently(case: Case) -> Suspicion | None:
    """Training and validation images that are prepared in two ways."""
    trained, evaluated = _ends(case.signs.inputs), _ends(case.signs.evaluation_inputs)
    apart = trained is not None and evaluated is not None and _apart(trained, evaluated)
    measured = case.measured is not None and not case.measured.prepared_alike
    if not apart and not measured:
        return None
    found = Suspicion(
        confidence=Confidence.CERTAIN if measured else Confidence.LIKELY,
        facts={"reached": percent(case.valid_accuracy)},
        where=prepared_apart(case) or scaled_once(case),
        effect=None if case.suffers else Effect.HARMLESS,
        variant="unheard",
    )
    if trained is None or evaluated is None or trained == evaluated:
        return found
    return _directed(case, found, trained, evaluated)


def _directed(
    case: Case, found: Suspicion, trained: tuple[float, float], evaluated: tuple[float, float]
) -> Suspicion:
    """The same, told of the set that is to change, and how."""
    sizes = {"training": _size(trained), "validation": _size(evaluated)}
    wrong, right = _to_change(sizes)
    facts = {**found.facts, "trained": _words(trained), "evaluated": _words(evaluated)}
    facts |= {"wrong": wrong, "right": right}
    made = two_transforms(case)
    if made is not None:
        sets = dict(zip(sizes, made, strict=True))
        place, transform = sets[wrong].place, sets[right].argument(None, "transform")
        shown = written(transform)
        variant = "" if len(shown) > SHORT or augments(case.code, transform) else "transform"
        return replace(found, facts={**facts, "transform": shown}, where=place, variant=variant)
    once = scaled_once(case)
    alike = 0.98 < sizes[wrong] / (WHITE * sizes[right] or 1.0) < 1.02
    if found.where == once and alike and min(trained[0], evaluated[0]) >= 0:
        facts["once"] = "" if once is None else f"; {once.words} does so only for the {right} ones"
        return replace(found, facts=facts, variant="divide")
    return replace(found, facts=facts, variant="")


def _to_change(sizes: Mapping[str, float]) -> tuple[str, str]:
    """The set that is not prepared, and the one that is: grey values as they are, or pictures
    that are divided twice; else what is for validation follows the training.
    """
    low, high = sorted(sizes, key=lambda name: sizes[name])
    if sizes[low] <= LARGE < sizes[high]:
        return high, low
    if sizes[low] < TWICE and sizes[high] <= LARGE:
        return low, high
    return "validation", "training"


def _size(ends: tuple[float, float]) -> float:
    return max(map(abs, ends))


def _apart(one: tuple[float, float], other: tuple[float, float]) -> bool:
    sizes = sorted(_size(ends) for ends in (one, other))
    return sizes[1] > APART * max(sizes[0], 1e-6)


def _words(ends: tuple[float, float]) -> str:
    return f"{number(ends[0])} to {number(ends[1])}"


def augmentation_on_validation(case: Case) -> Suspicion | None:
    """Pictures that are changed at random while they are only to be judged."""
    if not may_augment(case.code):
        return None
    looks = (_in_data, _in_loops, _in_classes)
    found = next((one for look in looks for one in look(case.code)), None)
    if found is None:
        return None
    facts = {**found.facts, "reached": percent(case.valid_accuracy)}
    if case.valid_accuracy is not None:
        return replace(found, facts=facts)
    gap = case.evidence.gap
    shows = gap is not None and gap.kind is GapKind.NOT_FITTED
    sure = Confidence.CERTAIN if shows else found.confidence
    return replace(found, facts=facts, confidence=sure, variant="unmeasured")


def _in_data(code: Reading) -> Iterator[Suspicion]:
    """Validation sets with a random transform, by what the code calls them."""
    classes = {one.class_ for one in code.nodes if one.class_ is not None}
    for call in code.calls:
        name = _given(code, call)
        if name is None or _random_itself(call.name):
            continue
        if _is_false(call.argument(None, "train")):
            yield Suspicion(Confidence.CERTAIN, {"name": name}, call.place)
        elif call.name in {*classes, "ImageFolder", "Subset"} and _for_validation(code, call):
            yield Suspicion(Confidence.LIKELY, {"name": name}, call.place)


def _in_loops(code: Reading) -> Iterator[Suspicion]:
    """Random transforms that are called where only evaluation happens."""
    found = []
    for call in code.calls:
        made = code.origin(call.node.func)
        name = augments(code, made) if isinstance(made, ast.Call) else None
        if name is not None and evaluates(code, call):
            found.append((call, name))
    beside = Counter(_block(call) for call, _ in found)
    for call, name in found:
        if beside[_block(call)] == 1 and not averaged(code, call):
            yield Suspicion(Confidence.LIKELY, {"name": name}, call.place, variant="loop")


def _block(call: Call) -> ast.AST | None:
    """The loop or function that a call is in: where there are several, their mean may be taken."""
    blocks = (ast.For, ast.While, ast.FunctionDef)
    return next((one for one in reversed(call.around) if isinstance(one, blocks)), None)


def _in_classes(code: Reading) -> Iterator[Suspicion]:
    """Data sets that change what they give at random, whichever images they hold."""
    inside = [one for one in code.nodes if one.class_ is not None]
    deciding = {one.class_ for one in inside if decides(code, one)}
    calls = [one for one in code.calls if one.class_ is not None and one.class_ not in deciding]
    for call in calls:
        name = augments(code, code.origin(call.node.func)) or augments(code, call.node, depth=0)
        made = code.called(call.class_ or "") if name is not None else []
        if name is not None and any(_for_validation(code, one) for one in made):
            yield Suspicion(Confidence.LIKELY, {"name": name}, call.place)


def _given(code: Reading, call: Call) -> str | None:
    """The random transform among a call's own arguments."""
    given = [*call.node.args, *(one.value for one in call.node.keywords)]
    found = [augments(code, one) for one in given if not _makes_data(one)]
    return next((one for one in found if one is not None), None)


def _makes_data(node: ast.expr) -> bool:
    """Whether an argument is a data set of its own, whose transform is not this call's."""
    return isinstance(node, ast.Call) and any(one.arg == "transform" for one in node.keywords)


def _random_itself(name: str) -> bool:
    return name.startswith("Random") or name == "Compose"


def _is_false(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def _for_validation(code: Reading, call: Call) -> bool:
    """Whether what a call makes or reads bears a name of validation."""
    names = [one.id for one in call.node.args if isinstance(one, ast.Name)]
    return any(EVALUATES.search(name) for name in (*names, name_of(code, call)))


def inputs_not_tensors(case: Case) -> Suspicion | None:
    """Pictures or arrays that were never made tensors."""
    if said(case, PICTURE):
        return Suspicion(Confidence.CERTAIN, {}, _crashed(case))
    if said(case, ARRAY):
        return Suspicion(Confidence.CERTAIN, {}, _crashed(case), None, "array")
    return None


def _crashed(case: Case) -> Place | None:
    place = None if case.crash is None else case.crash.place
    return place if place is not None and place.words else None
