"""Runs that show what is wrong with the loss."""

from typing import Any

from builders import claims, evidence, layer, measurements, network, trace
from golden import Golden

from grader.model.evidence import Evidence
from grader.model.signs import Signs

LAST = ("flatten", "linear", "relu", "linear")


def squashed(kind: str, **changes: Any) -> Evidence:
    """A network that ends with a layer of that kind."""
    layers = (*network(*LAST), layer(kind))
    low = {"train_accuracy": 0.421, "valid_accuracy": 0.4, "layers": layers}
    return evidence(
        measurements=measurements(**low | changes), claims=claims(trace=trace(loss="cross_entropy"))
    )


def squashed_outside(kind: str, **changes: Any) -> Evidence:
    """Outputs that pass through a function of that kind before the loss gets them."""
    heard = trace(loss="cross_entropy", signs=Signs.model_validate({"probabilities": kind}))
    low = {"train_accuracy": 0.421, "valid_accuracy": 0.4, "layers": network(*LAST)}
    return evidence(measurements=measurements(**low | changes), claims=claims(trace=heard))


FINE = {"train_accuracy": 0.99, "valid_accuracy": 0.98}

CASES = (
    Golden("softmax-before-loss", squashed("softmax")),
    Golden("softmax-before-loss/outside", squashed_outside("softmax")),
    Golden("sigmoid-before-loss", squashed("sigmoid")),
    Golden("sigmoid-before-loss/outside", squashed_outside("sigmoid")),
    Golden("log-softmax-before-loss", squashed("log_softmax", **FINE)),
    Golden("log-softmax-before-loss/outside", squashed_outside("log_softmax", **FINE)),
)
