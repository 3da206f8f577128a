"""The network was trained here: steps, epochs, a falling loss, parameters that moved."""

from pydantic import Field

from grader.checks.interface import Check, Expectation, needs_measurements
from grader.model.base import Frozen
from grader.model.evidence import Evidence, Measurements, Pass, Trace
from grader.model.verdict import Finding, met, unmet

EXPECTED = (
    "The program trains its network itself: optimizer steps over whole epochs, a falling loss."
)


class Training(Frozen):
    """``epochs`` is the least number of whole passes over the training data."""

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


def _judge(
    evidence: Evidence, measured: Measurements, expectation: Expectation, parameters: Training
) -> Finding:
    trace = evidence.claims.trace or Trace()
    passes = training_passes(trace)
    steps = sum(max(one.steps, one.backwards) for one in passes)
    moved = measured.moved
    if trace.epochs < parameters.epochs or not steps:
        return unmet(
            EXPECTED,
            f"{trace.epochs} whole epochs and {steps} steps were seen, "
            f"at least {parameters.epochs} epochs are needed.",
            "Call backward() and the optimizer's step() for every batch, over whole epochs.",
        )
    if moved is not None and not moved.moved:
        return unmet(
            EXPECTED,
            "No parameter of the network changed.",
            "Give the optimizer the parameters of the model you train, and call its step().",
        )
    if not measured.finite:
        return unmet(
            EXPECTED,
            "The training diverged: the network now answers NaN or infinity.",
            "Lower the learning rate, and look at the first epoch whose loss is nan or very large.",
        )
    if not _loss_fell(passes):
        return unmet(
            EXPECTED,
            "The loss never fell below that of the first epoch.",
            "Check the learning rate, and that zero_grad(), backward() and step() are all called.",
        )
    return met(
        EXPECTED,
        f"{trace.epochs} epochs, {steps:,} steps with {trace.optimizer or 'its own update'}.",
    )


CHECK = Check(
    "really_trained",
    "The program trained the network it was graded on.",
    Training,
    needs_measurements(EXPECTED, _judge),
)
