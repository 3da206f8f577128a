"""Dropout that is too strong, at the wrong place or never off; and a network that needs some."""

from grader.diagnosis.case import TOLERANCE, Case
from grader.diagnosis.code import Call, constant, mentions, written
from grader.diagnosis.figures import UNKNOWN, number, percent
from grader.diagnosis.interface import Suspicion
from grader.diagnosis.layers import made_at, place_of, weighted
from grader.diagnosis.names import together
from grader.diagnosis.randomness import names_random
from grader.model.diagnosis import Confidence, Effect
from grader.model.source import Place

TOO_STRONG = 0.7
"""From here on less than a third of the numbers is left to learn with."""
FUNCTIONS = ("dropout", "dropout1d", "dropout2d", "alpha_dropout", "feature_alpha_dropout")
LAYERS = ("Dropout", "Dropout1d", "Dropout2d", "AlphaDropout", "FeatureAlphaDropout")


def dropout_too_strong(case: Case) -> Suspicion | None:
    """A dropout that silences most of what it gets."""
    rates = {index: _rate(case, index) for index in _dropouts(case)}
    strong = {index: rate for index, rate in rates.items() if rate >= TOO_STRONG}
    if not strong or not case.suffers:
        return None
    index = max(strong, key=lambda one: strong[one])
    places = [_set(case, one) for one, rate in strong.items() if rate == strong[index]]
    return Suspicion(
        confidence=Confidence.CERTAIN,
        facts={
            "rate": number(strong[index]),
            "share": f"{100 * strong[index]:.0f}\u00a0%",
            "reached": percent(case.train_accuracy),
            "each": " in each of them" if len(set(places)) > 1 else "",
            "where": together(one for one in places if one is not None),
        },
        where=_set(case, index),
        variant=_taught(case),
    )


def dropout_on_output(case: Case) -> Suspicion | None:
    """A dropout after the last layer: it silences the scores of whole classes."""
    places = weighted(case.layers)
    after = [one for one in _dropouts(case) if places and one > places[-1]]
    if not after or not _rate(case, after[0]):
        return None
    return Suspicion(
        confidence=Confidence.CERTAIN,
        facts={
            "share": f"{100 * _rate(case, after[0]):.0f}\u00a0%",
            "reached": percent(case.train_accuracy) if case.suffers else UNKNOWN,
        },
        where=place_of(case, after[0]),
        effect=_effect(case),
        variant=_taught(case),
    )


def dropout_always_on(case: Case) -> Suspicion | None:
    """A dropout that evaluation mode does not switch off."""
    if case.measured is None or not case.measured.always_dropout:
        return None
    variant, place, name = _never_off(case)
    return Suspicion(
        confidence=Confidence.CERTAIN,
        facts={"reached": percent(case.valid_accuracy), "name": name, "mode": _mode(name)},
        where=place,
        effect=_effect(case),
        variant=variant,
    )


def _never_off(case: Case) -> tuple[str, Place | None, str]:
    """Which way of writing it keeps dropout on, where, and the function as it is written."""
    called = next((one for one in case.code.called(*FUNCTIONS) if _ignores_mode(one)), None)
    if called is not None:
        return "", called.place, written(called.node.func)
    fresh = [one for one in case.code.called(*LAYERS) if one.function == "forward"]
    return ("made", fresh[0].place, "") if fresh else ("unread", None, "")


def _ignores_mode(call: Call) -> bool:
    """``F.dropout(x)``: its third argument says whether it works, and is true by itself."""
    given = call.argument(2, "training") or call.argument(2, "train")
    return given is None or constant(given) is True


def no_regularisation(case: Case) -> Suspicion | None:
    """A network that memorises, where the reference has dropout and this one has nothing."""
    kinds = {layer.kind for layer in case.layers}
    regularised = "dropout" in kinds or bool(case.signs.weight_decay)
    wanted = "dropout" in {layer.kind for layer in case.baseline.layers}
    if not wanted or regularised or "conv2d" not in kinds or _random(case):
        return None
    train, valid = case.train_accuracy, case.valid_accuracy
    if train is None or valid is None or case.learns_badly or not case.generalises_badly:
        return None
    usual = case.baseline.gap
    if train - valid <= usual.mean + max(3 * usual.sd, TOLERANCE):
        return None
    return Suspicion(
        confidence=Confidence.LIKELY,
        facts={"train": percent(train), "valid": percent(valid), "dropout": _advised(case)},
    )


def _mode(name: str) -> str:
    """What the argument is called that says whether a function works."""
    return "train" if name == "torch.dropout" else "training"


def _advised(case: Case) -> str:
    """Where a dropout goes: in a row of layers, or in the student's own ``forward``."""
    own = [one for one in case.code.called("Linear") if one.function == "__init__"]
    if not own or case.code.called("Sequential"):
        return "Put nn.Dropout(0.3) after the first Linear layer."
    return (
        "Make self.dropout = nn.Dropout(0.3) in __init__, and call it in forward on what the first "
        "Linear layer gives."
    )


def _random(case: Case) -> bool:
    """Whether the code changes pictures at random, or makes weights small in its own way."""
    trees = [one.tree for one in case.program if one.tree is not None]
    return any(
        names_random(case.code, tree) or mentions(tree, "weight_decay", "l2_lambda")
        for tree in trees
    )


def _dropouts(case: Case) -> list[int]:
    return [index for index, layer in enumerate(case.layers) if layer.kind == "dropout"]


def _set(case: Case, index: int) -> Place | None:
    """Where the rate of a dropout is written."""
    return made_at(case, index) or place_of(case, index)


def _rate(case: Case, index: int) -> float:
    rate = case.layers[index].settings.get("p")
    return float(rate) if isinstance(rate, int | float) else 0.0


def _effect(case: Case) -> Effect | None:
    return None if case.suffers else Effect.HARMLESS


def _taught(case: Case) -> str:
    """The variant of a text where the lab's handout does not speak of dropout."""
    return "" if any(layer.kind == "dropout" for layer in case.baseline.layers) else "untaught"
