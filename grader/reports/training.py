"""The figures that count most, and the figures of every epoch, in words."""

from typing import NamedTuple

from grader.model.baseline import Baseline
from grader.model.grade import Grade
from grader.reports import wording
from grader.reports.curves import Curve, Curves
from grader.reports.text import loss, number, percent
from grader.reports.wording import Fact


class EpochRow(NamedTuple):
    """The figures of one epoch, in words."""

    epoch: int
    cells: tuple[str, ...]


def tiles(grade: Grade, baseline: Baseline | None) -> list[Fact]:
    """The figures that count most, each with the reference's beside it."""
    measured = grade.measurements
    if measured.valid_accuracy is None:
        return []
    graded = wording.statistic(measured.statistic)
    found = [
        Fact("Validation accuracy", percent(measured.valid_accuracy), graded),
        Fact("Training accuracy", percent(measured.train_accuracy)),
    ]
    if baseline:
        found[0] = found[0]._replace(note=f"{graded}; reference {_mean(baseline, True)}")
        found[1] = found[1]._replace(note=f"reference {_mean(baseline, False)}")
    if measured.train_accuracy is not None:
        gap = 100 * (measured.train_accuracy - measured.valid_accuracy)
        found.append(Fact("Gap", f"{gap:.1f} points", "training minus validation"))
    if measured.holdout_accuracy is not None:
        holdout = percent(measured.holdout_accuracy)
        found.append(Fact("Holdout accuracy", holdout, "images your code never saw"))
    if measured.parameters is not None:
        note = f"reference {number(baseline.parameters)}" if baseline else ""
        found.append(Fact("Parameters", number(measured.parameters), note))
    return found


def _mean(baseline: Baseline, valid: bool) -> str:
    return percent((baseline.robust_valid_accuracy if valid else baseline.train_accuracy).mean)


def epoch_rows(curves: Curves) -> list[EpochRow]:
    """The curves as a table: accuracies, losses, and the reference's accuracies."""
    shares = (
        curves.train_accuracy,
        curves.valid_accuracy,
        curves.reference_train,
        curves.reference_valid,
    )
    columns = [{p.epoch: percent(p.value) for p in curve} for curve in shares]
    columns += [_losses(curves.train_loss), _losses(curves.valid_loss)]
    return [
        EpochRow(epoch, tuple(column.get(epoch, "—") for column in columns))
        for epoch in curves.epochs
    ]


def _losses(curve: Curve) -> dict[int, str]:
    return {point.epoch: loss(point.value) for point in curve}
