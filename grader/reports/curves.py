"""Finds the learning curves in the evidence: what the probe heard and what we measured.

Behind them lies the reference's band. A baseline has the mean over its seeds of every epoch, and
how far seeds differ only of the end, so the band is as wide everywhere: three standard deviations
of the final accuracy, and never less than differently written right work may differ by.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grader.model.baseline import Baseline, Statistic
from grader.model.claims import Pass
from grader.model.evidence import Evidence, Snapshot
from grader.model.grade import Grade

MOST_EPOCHS = 200
NARROWEST = 0.03
"""Half the width of the narrowest band, as a fraction; the rubrics allow as much."""


@dataclass(frozen=True)
class Point:
    """One epoch of a curve; ``measured`` by us, or else heard while the program ran."""

    epoch: int
    value: float
    measured: bool = False


Curve = tuple[Point, ...]


@dataclass(frozen=True)
class Curves:
    """All curves of one submission and its reference; accuracies are fractions.

    ``train_spread`` and ``valid_spread`` are half the width of the reference's bands.
    """

    train_accuracy: Curve = ()
    valid_accuracy: Curve = ()
    reference_train: Curve = ()
    reference_valid: Curve = ()
    train_loss: Curve = ()
    valid_loss: Curve = ()
    train_spread: float = NARROWEST
    valid_spread: float = NARROWEST

    @property
    def epochs(self) -> list[int]:
        """Every epoch of the student's that has a point, in order."""
        own = (self.train_accuracy, self.valid_accuracy, self.train_loss, self.valid_loss)
        return sorted({point.epoch for curve in own for point in curve})


def read(grade: Grade, evidence: Evidence | None, baseline: Baseline | None) -> Curves:
    """Collect the curves; those without any data are empty."""
    trace = evidence.claims.trace if evidence else None
    passes = trace.passes if trace else ()
    training = {one.epoch: one for one in passes if one.training and one.epoch}
    following = _validation(passes, sum(map(sum, grade.measurements.confusion)))
    snapshots = [one for one in grade.measurements.per_epoch if one.epoch is not None]
    return Curves(
        train_accuracy=_thin(_heard(training.values(), "accuracy")),
        valid_accuracy=_thin(_joined(following, snapshots, "accuracy")),
        reference_train=_thin(_numbered(baseline.train_accuracy_per_epoch if baseline else ())),
        reference_valid=_thin(_numbered(baseline.valid_accuracy_per_epoch if baseline else ())),
        train_loss=_thin(_heard(training.values(), "loss")),
        valid_loss=_thin(_joined(following, snapshots, "loss")),
        train_spread=_spread(baseline.robust_train_accuracy if baseline else None),
        valid_spread=_spread(baseline.robust_valid_accuracy if baseline else None),
    )


def _spread(final: Statistic | None) -> float:
    return NARROWEST if final is None else max(3 * final.sd, NARROWEST)


def _validation(passes: Iterable[Pass], size: int) -> list[Pass]:
    """One pass without learning per epoch: of several, the last over as many images as ours."""
    found: dict[int, Pass] = {}
    for one in passes:
        if one.training or not one.epoch:
            continue
        known = found.get(one.epoch)
        if known is None or one.samples == size or known.samples != size:
            found[one.epoch] = one
    return list(found.values())


def _heard(passes: Iterable[Pass], what: str) -> dict[int, Point]:
    points = ((one.epoch, getattr(one, what)) for one in passes)
    return {epoch: Point(epoch, value) for epoch, value in points if epoch and value is not None}


def _joined(passes: Iterable[Pass], snapshots: Iterable[Snapshot], what: str) -> dict[int, Point]:
    points = _heard(passes, what)
    for one in snapshots:
        value = getattr(one, what)
        if one.epoch is not None and value is not None:
            points[one.epoch] = Point(one.epoch, value, measured=True)
    return points


def _numbered(values: Sequence[float]) -> dict[int, Point]:
    return {epoch: Point(epoch, value) for epoch, value in enumerate(values, start=1)}


def _thin(points: dict[int, Point]) -> Curve:
    """Order by epoch; of very many epochs keep evenly spread ones, the last among them."""
    ordered = [points[epoch] for epoch in sorted(points)]
    if len(ordered) <= MOST_EPOCHS:
        return tuple(ordered)
    last = len(ordered) - 1
    return tuple(ordered[round(i * last / (MOST_EPOCHS - 1))] for i in range(MOST_EPOCHS))
