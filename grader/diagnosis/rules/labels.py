"""Labels: those of other classes, those of other pictures, and such as the loss cannot read."""

import ast
import re
from math import prod

from grader.diagnosis.case import Case
from grader.diagnosis.code import Call, constant, written
from grader.diagnosis.crashes import numbers, said
from grader.diagnosis.figures import percent
from grader.diagnosis.interface import Suspicion
from grader.diagnosis.layers import place_of, weighted
from grader.diagnosis.names import labels_given, together
from grader.diagnosis.rules.shapes import PIXELS, with_label
from grader.model.diagnosis import Confidence, Effect
from grader.model.evidence import LabelsFed
from grader.model.signs import Values
from grader.model.source import Place

MOSTLY = 0.95
"""A share of right labels above this is right work with a few strays."""
FLOATS = r"(?:expected target dtype to be .*, but got|expected scalar type Long but found) (\w+)"
ROWS = r"0D or 1D target tensor expected, multi-target not supported"
WHOLE_ROWS = r"Expected floating point type for target with class probabilities, got (\w+)"
FEW = r"Class values must be smaller than num_classes"
NO_ROWS = r"Target size \(torch\.Size\(\[\d+\]\)\) must be the same as input size"
SIZES = r"The size of tensor a \((\d+)\) must match the size of tensor b \((\d+)\)"
LABELS = re.compile(r"\b(?:y|y_\w+)\b|labels?|targets?", re.I)
FEW_LINES = 3
"""Lines beyond this many are no place that helps."""
CONSTANTS = ("ones", "ones_like", "new_ones", "full", "full_like", "new_full", "pad", "insert")
REORDERS = ("randperm", "permutation", "shuffle")
BY_NUMBER = ("MSELoss", "mse_loss", "L1Loss", "l1_loss", "SmoothL1Loss", "HuberLoss")


def labels_shifted(case: Case) -> Suspicion | None:
    """Every class has been given another number than its own."""
    fed = _wrong(case)
    if fed is None:
        return _outside(case)
    if fed.shift is None and not fed.one_to_one:
        return None
    places = _changed(case)
    facts, place = _facts(case, fed) | {"where": together(places)}, next(iter(places), None)
    if fed.shift is None:
        return Suspicion(Confidence.CERTAIN, facts, place, variant="renamed")
    facts |= {"shift": str(abs(fed.shift)), "way": "high" if fed.shift > 0 else "low"}
    variant = "some" if fed.right else ""
    return Suspicion(Confidence.CERTAIN, facts, place, variant=variant)


def _changed(case: Case) -> list[Place]:
    """The lines that reckon with labels, where there are few."""
    found = [
        one.place
        for one in case.code.nodes
        if isinstance(one.node, ast.BinOp | ast.AugAssign) and _reckons(one.node)
    ]
    return found if len({place.words for place in found}) <= FEW_LINES else []


def _reckons(node: ast.BinOp | ast.AugAssign) -> bool:
    """Whether a number is added to labels, or taken from them."""
    if not isinstance(node.op, ast.Add | ast.Sub):
        return False
    labels, other = (
        (node.left, node.right) if isinstance(node, ast.BinOp) else (node.target, node.value)
    )
    if not isinstance(constant(other), int) and not isinstance(other, ast.Compare):
        return False
    return LABELS.search(written(labels)) is not None


def _outside(case: Case) -> Suspicion | None:
    """A label beyond the last class, or below the first."""
    target = numbers(case, r"^Target (-?\d+) is out of bounds")
    if target is None or not case.labels or 0 <= target[0] < case.labels:
        return None
    if case.evidence.source.reads_kaggle and target[0] == case.labels:
        return None  # Kaggle's labels go that far
    facts = {"target": str(target[0]), "last": str(case.labels - 1), "classes": str(case.labels)}
    return Suspicion(Confidence.CERTAIN, facts, _crashed(case), Effect.STOPS, "outside")


def label_among_pixels(case: Case) -> Suspicion | None:
    """A table's rows as they are, the label in front of the pixels."""
    if with_label(case):
        return Suspicion(Confidence.CERTAIN, {}, _crashed(case))
    first = weighted(case.layers)[:1]
    if not first or case.layers[first[0]].settings.get("in") != PIXELS + 1 or not _one_more(case):
        return None
    return Suspicion(Confidence.CERTAIN, {}, place_of(case, first[0]), Effect.RUINS, "learned")


def _one_more(case: Case) -> bool:
    """Whether the network was given a number more than the pixels, and no 1 that stands for the
    bias: a program may add that, before the network or within it.
    """
    heard = case.signs.inputs
    given = 0 if heard is None else prod(heard.shape[1:])
    return given == PIXELS + 1 and not case.code.called(*CONSTANTS)


def labels_misaligned(case: Case) -> Suspicion | None:
    """Pictures have been given the labels of other pictures."""
    fed = _wrong(case)
    if fed is None or fed.shift is not None or fed.one_to_one:
        return None
    sure = fed.right <= fed.rows / 2
    samples = [one for one in case.code.called("sample") if one.argument(None, "frac")]
    places = [one.place for one in [*case.code.called(*REORDERS), *samples]]
    places = places if len({place.words for place in places}) <= FEW_LINES else []
    return Suspicion(
        confidence=Confidence.CERTAIN if sure else Confidence.LIKELY,
        facts=_facts(case, fed) | {"where": together(places)},
        where=next(iter(places), None),
        effect=None if case.suffers else Effect.HARMLESS,
    )


def _wrong(case: Case) -> LabelsFed | None:
    """The labels that training was given, where many of them are wrong."""
    fed = None if case.measured is None else case.measured.labels
    return fed if fed is not None and fed.right < MOSTLY * fed.rows else None


def _facts(case: Case, fed: LabelsFed) -> dict[str, str]:
    return {
        "wrong": str(fed.rows - fed.right),
        "rows": str(fed.rows),
        "reached": percent(case.valid_accuracy),
    }


def labels_one_hot(case: Case) -> Suspicion | None:
    """Labels in a form that the loss cannot read: rows of zeros and ones, floats, a column."""
    floats = said(case, FLOATS)
    if floats is not None and floats[1] in ("Float", "Double", "Half", "BFloat16"):
        return _told(case, "floats", got=floats[1])
    if said(case, WHOLE_ROWS):
        return _told(case, "", shape=_shape(case.signs.targets))
    if said(case, ROWS):
        return _in_rows(case)
    if said(case, FEW):
        return _too_few(case)
    return _numbers_for_rows(case)


def _in_rows(case: Case) -> Suspicion:
    """Labels of two dimensions: a column of numbers, or rows of zeros and ones."""
    heard = case.signs.targets
    column = heard is not None and len(heard.shape) == 2 and heard.shape[1] == 1
    return _told(case, "column" if column else "", shape=_shape(heard))


def _too_few(case: Case) -> Suspicion:
    calls = [one for one in case.code.called("one_hot") if _width(case, one) is not None]
    width = str(_width(case, calls[0])) if len(calls) == 1 else "too few"
    place = calls[0].place if len(calls) == 1 else None
    return _told(case, "few", place, width=width, classes=str(case.labels))


def _width(case: Case, call: Call) -> object:
    return case.code.value(call.argument(1, "num_classes"))


def _numbers_for_rows(case: Case) -> Suspicion | None:
    """A loss that compares number by number, given class numbers."""
    found = numbers(case, SIZES)
    loss = case.code.called(*BY_NUMBER)
    outputs = found is not None and found[0] != found[1]
    if not (said(case, NO_ROWS) or (outputs and loss)):
        return None
    name = loss[0].name if len(loss) == 1 else "Your loss"
    return _told(case, "numbers", loss=name)


def _told(case: Case, variant: str, place: Place | None = None, **facts: str) -> Suspicion:
    facts["labels"] = labels_given(case)
    return Suspicion(Confidence.CERTAIN, facts, place or _crashed(case), Effect.STOPS, variant)


def _shape(heard: Values | None) -> str:
    """A shape as torch's users say it: ``32 x 10``."""
    return "two dimensions" if heard is None else f"shape {' x '.join(map(str, heard.shape))}"


def _crashed(case: Case) -> Place | None:
    place = None if case.crash is None else case.crash.place
    return place if place is not None and place.words else None
