"""What a person should look at. A flag never subtracts points by itself."""

from collections.abc import Iterator

from grader.model.claims import Trace
from grader.model.evidence import Evidence, Holdout, Measurements, Stored
from grader.model.run import Outcome

HARDLY = 1e-3
"""A distance relative to the first weights. An ordinary training of these labs moves by about 1."""
MOSTLY = 50
"""How many times farther the first epoch led than all others, where these did nothing."""
FAR = 1.2
"""A distance relative to the whole training. What an earlier epoch left, or a mean of several, lies
nearer than the first weights; those of another network lie at about 1.5."""
TABLE = 10_000
"""Values outside of layers. Means and deviations of an image's pixels are a fifth of that."""
MANY = 10_000_000
"""Parameters of which the weights of several epochs may be too much to keep."""
KILLED = (
    "It was killed, and by none of the grader's limits: the machine may have run out of memory, "
    "which is not the program's fault, or the program did it itself."
)
STARVED = (
    "It reached its time limit and had worked for only {share:.0%} of it: the machine may have "
    "been busy with other things, or the program waited by itself."
)
WORKED = 0.7
"""Share of its time that a run works which nobody keeps from it: with one thread, nearly all."""


def starved(evidence: Evidence) -> bool:
    """Whether a run on the CPU reached its time limit without having worked for most of it."""
    run = evidence.run
    slow = run.outcome is Outcome.TIMEOUT and evidence.device == "cpu"
    return slow and 0 < run.cpu_s < WORKED * run.wall_s


def killed(evidence: Evidence) -> bool:
    """Whether a run was killed, or a process of it, but by none of our limits."""
    run, crash = evidence.run, evidence.claims.crash
    if run.outcome is Outcome.ERROR and crash is not None and crash.killed:
        return True
    return run.signal == "SIGKILL"


def _knows_visible(holdout: Holdout) -> str:
    worst = holdout.worst
    epoch = worst.name.removeprefix("epoch-").lstrip("0")
    which = "final model" if worst is holdout.final else f"model of epoch {epoch}"
    return (
        f"On the {holdout.images:,} validation images that were held out, the {which} is right in "
        f"{worst.accuracy:.1%}, {100 * worst.gap:.1f} percentage points less than on the visible "
        f"ones. Chance explains up to {100 * worst.detectable_gap:.1f}: it may have been trained "
        "on validation images."
    )


def flags_of(evidence: Evidence, most_values: float | None = None) -> tuple[str, ...]:
    """Return one sentence for everything about a run that does not add up.

    ``most_values`` is how many values a network may store; no limit where it is ``None``.
    """
    measured = evidence.measurements
    flags = [KILLED] if killed(evidence) else []
    if starved(evidence):
        flags.append(STARVED.format(share=evidence.run.cpu_s / evidence.run.wall_s))
    if measured is None:
        return tuple(flags)
    trace = evidence.claims.trace or Trace()
    return (
        *flags,
        *_on_the_recording(trace),
        *_on_agreement(measured),
        *_on_the_path(measured, trace, known_first=bool(evidence.work)),
        *_on_what_is_stored(measured, most_values),
    )


def _on_the_recording(trace: Trace) -> Iterator[str]:
    if trace.fault is not None:
        yield f"The grader's own recording of this run failed in part ({trace.fault})."
    if trace.unmeasurable is not None:
        yield (
            f"What was trained last could not be measured ({trace.unmeasurable}); the figures are "
            "those of what was trained before."
        )


def _on_agreement(measured: Measurements) -> Iterator[str]:
    """Whether what was measured is what ran, and what was trained."""
    agreement = measured.agreement
    if agreement is not None and not agreement.agrees:
        yield (
            f"The running model and its captured graph answer differently on "
            f"{agreement.disagreements} of {agreement.rows} images."
        )
    if agreement is None and not measured.always_dropout:
        yield "The running model gave no answers to compare its captured graph with."
    if not measured.forms_agree:
        yield (
            "In evaluation the network computes something else than in training: other layers, or "
            "other parameters."
        )
    if measured.trained_on in ("valid", "mixed"):
        yield "Images of the validation set were used for training."
    if measured.holdout is not None and measured.holdout.worst.detected:
        yield _knows_visible(measured.holdout)


def _on_the_path(measured: Measurements, trace: Trace, *, known_first: bool) -> Iterator[str]:
    """How the weights came to be what they are.

    ``known_first`` says that the first epoch's were kept whatever came after: once they were not.
    """
    moved = measured.moved
    if moved is None:
        yield "The weights from before the training are missing from the record of this run."
    if known_first and _several(measured) and measured.settled is None:
        yield "The weights of the first epoch are missing from the record of this run."
    distance = moved.relative_distance if moved is not None and moved.moved else None
    if distance is not None and distance < HARDLY:
        yield (
            "The parameters hardly moved while the program trained: the network may have been "
            "trained elsewhere."
        )
    settled = HARDLY if measured.settled is None or not measured.finite else measured.settled
    if settled < HARDLY and settled * MOSTLY < (distance or 0):
        yield (
            "After its first epoch the network hardly changed any more: it may have been trained "
            "elsewhere."
        )
    if measured.leap is not None and measured.leap > FAR:
        yield (
            "The weights changed after the last epoch by more than in the whole training: they may "
            "come from elsewhere."
        )
    kept = [one.epoch for one in measured.snapshots if one.epoch is not None]
    if kept and trace.epochs > 1 and (kept[-1] < trace.epochs or _too_few(kept, measured)):
        yield (
            f"The record counts {trace.epochs} epochs, but the weights that were kept are not "
            "those of the last ones."
        )


def _several(measured: Measurements) -> bool:
    return sum(one.epoch is not None for one in measured.snapshots) > 1


def _too_few(kept: list[int], measured: Measurements) -> bool:
    """Whether a single epoch's weights were kept though there was room for more."""
    return len(kept) < 2 and measured.parameters < MANY


def _on_what_is_stored(measured: Measurements, most_values: float | None) -> Iterator[str]:
    """Whether what is stored can be a table of answers instead of trained weights."""
    stored = measured.stored or Stored()
    if most_values is not None and stored.values > most_values:
        yield (
            f"The network stores {stored.values:,} values, many times what the task takes: so many "
            "can be a table of answers."
        )
    if stored.table > TABLE:
        yield (
            f"The network computes with a table of {stored.table:,} values that belongs to no "
            "layer."
        )
    trained = measured.moved is not None and measured.moved.moved
    if trained and stored.untrained * 2 > stored.values:
        yield (
            "Most of what the network computes with was not trained: fixed values, or layers that "
            "did not move."
        )
