"""The layers of the network, read from the operators it runs, against the reference's."""

from collections import Counter
from itertools import zip_longest
from typing import Annotated, Literal

from pydantic import Field, model_validator

from grader.checks.interface import Check, Expectation, needs_measurements
from grader.model.base import Frozen
from grader.model.claims import Trace
from grader.model.evidence import ACTIVATIONS, Evidence, Layer, Measurements
from grader.model.source import Place, WrittenLayer
from grader.model.verdict import Finding, Verdict, met

WEIGHTED = frozenset({"linear", "conv1d", "conv2d"})

Kind = Literal[
    # Names for several kinds.
    "activation",
    "pool",
    # Kinds as the evaluator names them.
    "linear",
    "conv1d",
    "conv2d",
    "flatten",
    "dropout",
    "batch_norm",
    "layer_norm",
    "group_norm",
    "instance_norm",
    "max_pool1d",
    "max_pool2d",
    "avg_pool2d",
    "adaptive_avg_pool2d",
    "adaptive_max_pool2d",
    "relu",
    "leaky_relu",
    "elu",
    "gelu",
    "silu",
    "sigmoid",
    "tanh",
    "softplus",
    "hardtanh",
    "selu",
    "celu",
    "mish",
    "prelu",
    "relu6",
    "hardswish",
    "log_sigmoid",
    "softmax",
    "log_softmax",
]
"""Every name of a layer a rubric may use; one that is never found would be a zero for everyone."""

ENDS = ("softmax", "sigmoid")
PASSING = ("flatten", "dropout")
RIGHT_BUT_FOR_ITS_END = 0.5
"""The share a network earns that is right but for a last layer the loss does not expect: it is the
lab's network, and its accuracies mean what they say."""

Count = Annotated[int, Field(ge=1)] | Literal["reference"]


class Architecture(Frozen):
    """What a network must look like.

    ``match: sequence`` compares kinds in order with the reference, leaving out ``ignored`` kinds
    (flatten always); ``match: kinds`` only counts. ``required`` gives least counts by kind, where
    "reference" means as many as the reference has, and ``activation`` and ``pool`` stand for any
    of their kind; ``forbidden`` kinds may not occur; with ``allowed``, no others may.
    ``hidden_width: fixed`` also compares sizes. The number of outputs must reach the number of
    ``classes``, by default the reference's.

    A softmax or sigmoid as the last layer is judged by the loss alone, see ``ending_problem``.
    """

    match: Literal["sequence", "kinds"] = "kinds"
    required: dict[Kind, Count] = {}
    forbidden: tuple[Kind, ...] = ()
    allowed: tuple[Kind, ...] = ()
    ignored: tuple[Kind, ...] = ("dropout", "batch_norm", "softmax", "log_softmax")
    any_activation: bool = True
    hidden_width: Literal["free", "fixed"] = "free"
    classes: int | None = Field(default=None, ge=2)
    input_values: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _says_something(self) -> "Architecture":
        if self.match == "kinds" and not (self.required or self.forbidden or self.allowed):
            raise ValueError("with 'match: kinds', say what is required, forbidden or allowed")
        return self


def group(kind: str, any_activation: bool = True) -> str:
    """The name a layer is counted under."""
    if any_activation and kind in ACTIVATIONS:
        return "activation"
    return "pool" if "pool" in kind else kind


def describe(layers: list[str]) -> str:
    """Kinds in order, in words."""
    return " → ".join(layers) or "no layers"


def _body(layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
    """The layers before a softmax or sigmoid at the end, which is for the loss to judge."""
    end = _end(layers)
    return layers if end is None else layers[:end]


def _end(layers: tuple[Layer, ...]) -> int | None:
    """Where a network makes probabilities as its last act, if it does."""
    acting = [place for place, layer in enumerate(layers) if layer.kind not in PASSING]
    return acting[-1] if acting and layers[acting[-1]].kind in ENDS else None


def _counts(layers: tuple[Layer, ...]) -> Counter[str]:
    kinds = Counter(layer.kind for layer in layers)
    kinds.update(Counter(group(layer.kind) for layer in layers if group(layer.kind) != layer.kind))
    return kinds


def _outputs(layers: tuple[Layer, ...]) -> int:
    sizes = [layer.settings.get("out") for layer in layers if layer.kind in WEIGHTED]
    return sizes[-1] if sizes and isinstance(sizes[-1], int) else 0


def problems(
    layers: tuple[Layer, ...], reference: tuple[Layer, ...], wanted: Architecture
) -> list[str]:
    """Return what is wrong with ``layers``, one sentence each; empty when nothing is."""
    found = [*_count_problems(layers, reference, wanted)]
    if wanted.match == "sequence":
        found += _sequence_problems(layers, reference, wanted)
    if wanted.hidden_width == "fixed":
        found += _width_problems(layers, reference)
    return found


def _count_problems(
    layers: tuple[Layer, ...], reference: tuple[Layer, ...], wanted: Architecture
) -> list[str]:
    have, expected = _counts(_body(layers)), _counts(_body(reference))
    found = []
    for kind, count in wanted.required.items():
        least = expected[kind] if count == "reference" else count
        if have[kind] < least:
            found.append(f"{least} {kind} layer{'s' * (least > 1)} needed, {have[kind]} found")
    all_kinds = _counts(layers)
    found += [
        f"{kind} does not belong in this network" for kind in wanted.forbidden if all_kinds[kind]
    ]
    if wanted.allowed:
        allowed = {*wanted.allowed, *wanted.required, "flatten"}
        strange = [k for k in dict.fromkeys(layer.kind for layer in _body(layers))]
        found += [
            f"{k} does not belong in this network" for k in strange if not {k, group(k)} & allowed
        ]
    return found


def _sequence_problems(
    layers: tuple[Layer, ...], reference: tuple[Layer, ...], wanted: Architecture
) -> list[str]:
    have, expected = (_groups(_counted(some, wanted), wanted) for some in (layers, reference))
    if have == expected:
        return []
    return [f"the layers in order are {describe(have)}, expected {describe(expected)}"]


def _counted(layers: tuple[Layer, ...], wanted: Architecture) -> list[Layer]:
    """The layers whose order matters."""
    left_out = {*wanted.ignored, "flatten"}
    return [one for one in _body(layers) if not {one.kind, group(one.kind)} & left_out]


def _groups(layers: list[Layer], wanted: Architecture) -> list[str]:
    return [group(layer.kind, wanted.any_activation) for layer in layers]


def ending_problem(layers: tuple[Layer, ...], trace: Trace) -> str | None:
    """What is wrong with probabilities as outputs: the one loss that makes them itself.

    Trained with another loss (NLLLoss on their logarithm, BCELoss) such a network is right; and so
    it is where the loss was heard to get something else: their logarithm, or plain scores because
    only evaluation makes probabilities.
    """
    end = _end(layers)
    if trace.loss != "cross_entropy" or end is None:
        return None
    kind = layers[end].kind
    if trace.signs is not None and not trace.signs.may_be(kind):
        return None
    again = "applies it again" if kind == "softmax" else "expects plain scores"
    return f"the last layer applies {kind.capitalize()} and CrossEntropyLoss {again}"


def _width_problems(layers: tuple[Layer, ...], reference: tuple[Layer, ...]) -> list[str]:
    have, expected = (
        [layer.settings.get("out") for layer in some if layer.kind in WEIGHTED][:-1]
        for some in (layers, reference)
    )
    if have == expected:
        return []
    return [f"the hidden layers have {have} outputs, expected {expected}"]


def _size_problems(
    measured: Measurements, reference: tuple[Layer, ...], wanted: Architecture
) -> list[str]:
    found = []
    least = wanted.classes or _outputs(reference)
    if measured.classes < least:
        found.append(
            f"the network has {measured.classes} outputs, at least {least} classes are needed"
        )
    values = 1
    for size in measured.preprocessing.layout:
        values *= size
    if wanted.input_values is not None and values != wanted.input_values:
        found.append(f"the network takes {values} values per image, expected {wanted.input_values}")
    return found


def _judge(
    evidence: Evidence, measured: Measurements, expectation: Expectation, parameters: Architecture
) -> Finding:
    reference = expectation.baseline.layers
    found = problems(measured.layers, reference, parameters)
    found += _size_problems(measured, reference, parameters)
    expected = (
        f"A network like the worked solution's: {describe([layer.kind for layer in reference])}."
    )
    if parameters.any_activation:
        expected += " Another activation is fine."
    if parameters.match == "kinds":
        expected = f"A network of the right kind: {_rules(parameters, reference)}."
    end = ending_problem(measured.layers, evidence.claims.trace or Trace())
    if not found and end is None:
        return met(expected, f"Found {describe([layer.kind for layer in measured.layers])}.")
    if not found:
        layers = placed(measured.layers, evidence.source.layers)
        where = layers[_end(layers) or -1].line
        return _but_for_its_end(expected, str(end), where)
    text = "; ".join([*found, end] if end else found)
    return Finding(
        verdict=Verdict.UNMET,
        share=0,
        expected=expected,
        found=f"{text[0].upper()}{text[1:]}.",
        next_step="Compare your layers with the expected ones side by side below.",
        where=_place(placed(measured.layers, evidence.source.layers), reference, parameters),
    )


def placed(layers: tuple[Layer, ...], written: tuple[WrittenLayer, ...]) -> tuple[Layer, ...]:
    """Return the layers with where they are made, of those that no line of the student's calls.

    That is known where just one passage of what is ``written`` makes layers of these kinds in this
    order.
    """
    kinds, made = [one.kind for one in layers], [one.kind for one in written]
    ends = range(len(kinds), len(made) + 1)
    begins = [end - len(kinds) for end in ends if made[end - len(kinds) : end] == kinds]
    if len(begins) != 1:
        return layers
    places = written[begins[0] :]
    return tuple(
        layer if layer.line else layer.model_copy(update={"line": one.place})
        for layer, one in zip(layers, places, strict=False)
    )


def _place(
    layers: tuple[Layer, ...], reference: tuple[Layer, ...], wanted: Architecture
) -> Place | None:
    """Where to look first: at a layer that may not be there, else at the first out of order."""
    forbidden = [layer.line for layer in layers if layer.kind in wanted.forbidden]
    if forbidden or wanted.match != "sequence":
        return forbidden[0] if forbidden else None
    counted, expected = _counted(layers, wanted), _counted(reference, wanted)
    pairs = zip_longest(_groups(counted, wanted), _groups(expected, wanted))
    first = next((number for number, (one, other) in enumerate(pairs) if one != other), None)
    if first is None or not counted:
        return None
    return counted[min(first, len(counted) - 1)].line


def _but_for_its_end(expected: str, problem: str, line: Place | None) -> Finding:
    return Finding(
        verdict=Verdict.PARTIAL,
        share=RIGHT_BUT_FOR_ITS_END,
        expected=expected,
        found=f"The layers are right but for the last: {problem}.",
        next_step="Remove the softmax or sigmoid at the end: give the loss what comes before it.",
        where=line,
    )


def _rules(wanted: Architecture, reference: tuple[Layer, ...]) -> str:
    expected = _counts(reference)
    parts = [
        f"at least {expected[kind] if count == 'reference' else count} {kind}"
        for kind, count in wanted.required.items()
    ]
    parts += [f"no {kind}" for kind in wanted.forbidden]
    return ", ".join(parts) or "only " + ", ".join(wanted.allowed)


CHECK = Check(
    "architecture",
    "The layers of the network, read from the operators it runs.",
    Architecture,
    needs_measurements("The network has the right layers.", _judge),
)
