"""Which weights stand for a training: the final model, or a typical epoch if that was unlucky.

One final epoch is a poor witness: accuracy of the same program moves by many points between
neighbouring epochs. The typical epoch is the one whose validation accuracy is the median of the
last K. Training and validation accuracy of one and the same epoch belong together, so the gap
between them means something.
"""

from collections.abc import Mapping
from statistics import median_high

from grader.intake.artefact import Artefact
from grader.model.claims import Trace


def typical_snapshot(accuracies: Mapping[str, float], final: str) -> str:
    """Return ``final`` where it is at least the median of the epochs, else the median's name.

    ``accuracies`` are validation accuracies by snapshot name, ``final`` among them.
    """
    epochs = {name: value for name, value in accuracies.items() if name.startswith("epoch-")}
    if not epochs or accuracies[final] >= (middle := median_high(epochs.values())):
        return final
    return next(name for name, value in epochs.items() if value == middle)


def expected_snapshot(artefact: Artefact, trace: Trace, valid_size: int) -> str:
    """Guess the typical snapshot from what the program recorded of its own validation.

    Only a guess, so that one evaluation does it all: what is measured decides.
    """
    recorded = {
        f"epoch-{one.epoch:05d}": one.accuracy
        for one in reversed(trace.passes)
        if not one.training and one.epoch and one.samples == valid_size and one.accuracy is not None
    }
    if not artefact.snapshots or not recorded.keys() >= set(artefact.snapshots):
        return artefact.final
    known = {name: recorded[name] for name in artefact.snapshots}
    known.setdefault(artefact.final, recorded[artefact.snapshots[-1]])
    return typical_snapshot(known, artefact.final)
