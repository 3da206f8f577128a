"""What figures do on their way: losses that are none, gradients that explode or vanish."""

from collections.abc import Sequence

from grader.diagnosis import rates
from grader.diagnosis.case import Case
from grader.diagnosis.code import Call
from grader.diagnosis.figures import number
from grader.diagnosis.interface import Suspicion
from grader.diagnosis.layers import of_weight, place_of
from grader.diagnosis.names import moves, network, rate_given, together
from grader.diagnosis.pictures import breaking
from grader.diagnosis.starts import by_hand, of_weights, start
from grader.model.diagnosis import Confidence
from grader.model.evidence import Units
from grader.model.signs import Gradient
from grader.model.source import Place

EXPLODES = 10.0
"""A gradient so many times as long as the weights it belongs to tears them away in a step."""
TEARS = 0.1
"""The share of a weight by which a single step changes it, where that is a lot."""
SMALL = 0.1
"""First values up to here are usual ones."""
VANISHES = 1e-3
"""The first layer's gradient beside the last one's, each relative to its weights."""
DEAD = 0.8
"""The share of a layer's units that never answer, where that is no chance."""
SQUASHING = ("sigmoid", "tanh")
INITIALISED = ("normal_", "uniform_", "constant_", "fill_", "xavier_normal_", "mul_")


def loss_not_a_number(case: Case) -> Suspicion | None:
    """The loss became NaN or infinite: from then on every weight is."""
    losses = case.signs.losses
    broken = None in losses
    ended = case.measured is not None and not case.measured.finite
    if not broken and not ended:
        return None
    if case.signs.inputs is not None and not case.signs.inputs.finite:
        places = breaking(case)
        facts = {"where": together(places)}
        return Suspicion(Confidence.CERTAIN, facts, next(iter(places), None), variant="inputs")
    log = _own_log(case)
    if log is not None:
        return Suspicion(Confidence.LIKELY, where=log.place, variant="log")
    if losses and losses[0] is None:
        return Suspicion(Confidence.CERTAIN, {"seen": _seen(case)}, variant="at-once")
    when = f"in batch {losses.index(None) + 1}" if broken else "in the course of training"
    rate, usual = rates.highest(case), rates.usual(case)
    if rate is None or rates.may_rise(case):
        return Suspicion(Confidence.LIKELY, {"when": when}, variant="unknown-rate")
    high = usual is not None and rate > usual
    facts = {"when": when, "rate": number(rate), "tenth": number(rate / 10)}
    facts["named"] = rate_given(case)
    return Suspicion(Confidence.CERTAIN if high else Confidence.LIKELY, facts, rates.place(case))


def _seen(case: Case) -> str:
    """Which part of the first batch is to blame, as far as its outputs say."""
    outputs = case.signs.outputs
    if outputs is None:
        return "in the pictures, forward() or the loss"
    return "in the loss itself" if outputs.finite else "in the layers or forward()"


def exploding_gradients(case: Case) -> Suspicion | None:
    """Gradients far longer than the weights they are to correct."""
    worst = max(_of_weights(case), default=None, key=lambda pair: pair[1])
    if worst is None or worst[1] < EXPLODES or not case.learns_badly:
        return None
    facts = {"name": of_weight(case, worst[0].name), "times": f"{worst[1]:,.0f}"}
    own = start(case, INITIALISED, lambda one: of_weights(one) and _large(case, one))
    if own is not None:
        facts["lines"] = own.lines
        return Suspicion(Confidence.LIKELY, facts, own.place, variant="own-start")
    rate = rates.highest(case)
    if case.trace.optimizer != "SGD" or rate is None or rate * worst[1] < TEARS:
        return None  # the steps of Adam and its like do not grow with the gradient
    facts |= moves(case) | {"network": network(case), "rate": number(rate)}
    return Suspicion(Confidence.LIKELY, facts)


def _of_weights(case: Case) -> list[tuple[Gradient, float]]:
    """The gradients of weights: what begins with zeros, as a bias may, is short at first."""
    seen = [*case.signs.first_gradients, *case.signs.last_gradients]
    known = [one for one in seen if "weight" in one.name and one.name not in case.signs.equal]
    return _relative(known)


def _large(case: Case, call: Call) -> bool:
    """Whether a call sets values far beyond those that PyTorch chooses, as far as it shows."""
    given = [*call.node.args, *(one.value for one in call.node.keywords)]
    values = [case.code.value(one) for one in given]
    known = [abs(one) for one in values if isinstance(one, int | float)]
    if call.name in ("mul_", "xavier_normal_"):
        return max(known, default=1) > 1
    return not known or max(known) > SMALL


def vanishing_gradients(case: Case) -> Suspicion | None:
    """Gradients that fade on their way to the first layer."""
    seen = case.signs.first_gradients or case.signs.last_gradients
    shares = [(one, share) for one, share in _relative(seen) if "weight" in one.name]
    if len(shares) < 3 or not case.learns_badly:
        return None
    first, last = shares[0][1], shares[-1][1]
    if not 0 < last or first > VANISHES * last:
        return None
    kinds = [one.kind for one in case.layers if one.kind in SQUASHING]
    facts = {"less": f"{last / first:,.0f} times" if first else "infinitely", "kind": ""}
    if not kinds:
        return Suspicion(Confidence.LIKELY, facts)
    named = {"sigmoid": "Sigmoid", "tanh": "Tanh"}[kinds[0]]
    places = [one.place for one in case.evidence.source.layers if one.kind == kinds[0]]
    facts |= {"kind": named, "where": together(places)}
    return Suspicion(Confidence.LIKELY, facts, next(iter(places), None), variant="squashed")


def dead_relus(case: Case) -> Suspicion | None:
    """A layer most of whose units are zero for every image, and so learn nothing."""
    units = () if case.measured is None else case.measured.units
    dead = [one for one in units if one.units and one.dead >= DEAD * one.units]
    if not dead or not case.learns_badly:
        return None
    worst = max(dead, key=lambda one: one.dead / one.units)
    places = [place for one in dead if (place := _of_units(case, one)) is not None]
    facts = {"dead": str(worst.dead), "units": str(worst.units), "where": together(places)}
    own = by_hand(case)
    if own is not None:
        facts |= {"lines": own.lines, "where": own.where}
        return Suspicion(Confidence.LIKELY, facts, own.place, variant="own-start")
    return Suspicion(Confidence.LIKELY, facts, next(iter(places), None))


def _of_units(case: Case, units: Units) -> Place | None:
    """Where the activation is called or made."""
    found = [i for i, one in enumerate(case.layers) if one.module and one.module == units.module]
    return units.line or (place_of(case, found[0]) if len(found) == 1 else None)


def _relative(seen: Sequence[Gradient]) -> list[tuple[Gradient, float]]:
    """Each gradient relative to its weights; those that are not finite are left out."""
    known = [one for one in seen if one.gradient is not None and one.weight]
    return [(one, (one.gradient or 0.0) / (one.weight or 1.0)) for one in known]


def _own_log(case: Case) -> Call | None:
    """A logarithm in a hand-written loss: of 0 or less, it is not finite."""
    if case.trace.loss in ("cross_entropy",):
        return None
    calls = case.code.called("log")
    return calls[0] if calls else None
