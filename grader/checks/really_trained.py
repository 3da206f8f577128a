"""The network was trained here: steps, epochs, a falling loss, parameters that moved."""

from pydantic import Field

from grader.checks.interface import Check, Expectation, needs_measurements
from grader.model.base import Frozen
from grader.model.claims import Pass, Trace
from grader.model.evidence import Evidence, Measurements
from grader.model.verdict import Finding, Verdict, met, unmet

EXPECTED = (
    "The program trains its network itself: optimizer steps over whole epochs, a falling loss."
)
LEAST = 2
"""Epochs that show a falling loss; a single one shows only that a training began."""

NO_GRADIENT = (
    "No parameter ever got a gradient: training ran under no_grad, or on a detached loss.",
    "Train outside torch.no_grad(), and call backward() on the loss as its function returns it: "
    "without requires_grad_(True), item() or detach().",
)


class Training(Frozen):
    """``epochs`` is the number of whole passes over the training data that earns everything.

    Fewer earn their share, from two on: whether a short training was enough is for the accuracies
    to say. A single epoch is no training, unless one is all that is asked for.
    """

    epochs: int = Field(default=1, ge=1)


def training_passes(trace: Trace) -> list[Pass]:
    """The passes that count as epochs."""
    return [one for one in trace.passes if one.training and one.epoch is not None]


def _loss_fell(passes: list[Pass]) -> bool:
    """Whether the loss was ever below the first epoch's: one unlucky epoch does not count.

    A single epoch has nothing to compare with.
    """
    losses = [one.loss for one in passes if one.loss is not None]
    return len(losses) < 2 or min(losses[1:]) < losses[0]


def _failure(
    measured: Measurements, trace: Trace, passes: list[Pass], steps: int
) -> tuple[str, str] | None:
    """What is wrong with how it was trained, and what to do; ``None`` where nothing is."""
    if not steps:
        return (
            "No step of a training over a whole epoch was seen.",
            "Call backward() and the optimizer's step() for every batch, over whole epochs.",
        )
    if measured.moved is not None and not measured.moved.moved:
        if trace.without_gradients:
            return NO_GRADIENT
        return (
            "No parameter of the network changed.",
            "Give the optimizer the parameters of the model you train, and call its step().",
        )
    if not measured.finite:
        return (
            "The training diverged: the network now answers NaN or infinity.",
            "Lower the learning rate, and look at the first epoch whose loss is nan or very large.",
        )
    if not _loss_fell(passes):
        return (
            "The loss never fell below that of the first epoch.",
            "Check the learning rate, and that zero_grad(), backward() and step() are all called.",
        )
    return None


def _epochs(measured: Measurements, trace: Trace) -> int:
    """The epochs that were counted, without those that left nothing or the weights as they were.

    Counting is a claim; that weights were kept, and that they differ, is measured.
    """
    kept = [one.epoch for one in measured.snapshots if one.epoch is not None]
    shown = min(trace.epochs, kept[-1]) if kept else trace.epochs
    return max(1, shown - measured.idle_epochs)


def _judge(
    evidence: Evidence, measured: Measurements, expectation: Expectation, parameters: Training
) -> Finding:
    trace = evidence.claims.trace or Trace()
    passes = training_passes(trace)
    steps = sum(max(one.steps, one.backwards) for one in passes)
    failure = _failure(measured, trace, passes, steps)
    if failure is not None:
        return unmet(EXPECTED, *failure)
    epochs = _epochs(measured, trace)
    if epochs < parameters.epochs:
        return _short(epochs, parameters.epochs)
    count = f"{epochs} epoch{'s' * (epochs > 1)}"
    return met(EXPECTED, f"{count}, {steps:,} steps with {trace.optimizer or 'its own update'}.")


def _short(epochs: int, wanted: int) -> Finding:
    share = epochs / wanted if epochs >= LEAST else 0.0
    return Finding(
        verdict=Verdict.PARTIAL if share else Verdict.UNMET,
        share=share,
        expected=EXPECTED,
        found=f"It trained {epochs} whole epoch{'s' * (epochs != 1)}; {wanted} are asked for.",
        next_step=f"Train for at least {wanted} epochs: raise the number of epochs, or let early "
        "stopping wait longer.",
    )


CHECK = Check(
    "really_trained",
    "The program trained the network it was graded on.",
    Training,
    needs_measurements(EXPECTED, _judge),
)
