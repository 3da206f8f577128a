"""The figures that count most, and the figures of every epoch, in words."""

from typing import NamedTuple

from grader.model.baseline import Baseline
from grader.model.evidence import Holdout
from grader.model.grade import Grade
from grader.reports import wording
from grader.reports.curves import Curve, Curves
from grader.reports.text import loss, number, percent, tenths_up
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
    found = [
        _validation(grade, measured.valid_accuracy, baseline),
        _training(grade, baseline),
    ]
    same = measured.typical or measured
    if same.train_accuracy is not None and same.valid_accuracy is not None:
        which = "final model" if measured.typical is None else "typical epoch"
        gap = tenths_up(same.train_accuracy - same.valid_accuracy)
        note = f"percentage points, training minus validation, {which}"
        found.append(Fact("Gap", gap, note))
    if measured.holdout is not None:
        found.append(_holdout(measured.holdout))
    if measured.parameters is not None:
        note = f"reference {number(baseline.parameters)}" if baseline else ""
        found.append(Fact("Parameters", number(measured.parameters), note))
    return found


def _training(grade: Grade, baseline: Baseline | None) -> Fact:
    """The training accuracy that counts: the typical epoch's where the final one was unlucky."""
    final, typical = grade.measurements.train_accuracy, grade.measurements.typical
    value, notes = final, []
    if typical is not None and (final is None or typical.train_accuracy > final):
        value, notes = typical.train_accuracy, ["typical epoch", f"final model {percent(final)}"]
    if baseline:
        notes.append(f"reference {percent(baseline.robust_train_accuracy.mean)}")
    return Fact("Training accuracy", percent(value), "; ".join(notes))


def _validation(grade: Grade, final: float, baseline: Baseline | None) -> Fact:
    """The validation accuracy that counts; never below the final model's."""
    epochs = [one for one in grade.measurements.per_epoch if one.epoch is not None]
    robust = [one.valid_accuracy for one in grade.attempts if one.seed == grade.seed]
    value = max([final, *(accuracy for accuracy in robust if accuracy is not None)])
    how = wording.statistic(grade.measurements.statistic, len(epochs))
    notes = [how, f"final model {percent(final)}"] if value > final else ["final model"]
    if baseline:
        notes.append(f"reference {percent(baseline.robust_valid_accuracy.mean)}")
    return Fact("Validation accuracy", percent(value), "; ".join(notes))


def _holdout(holdout: Holdout) -> Fact:
    """The final model on images held out, with the gap that would have been noticed."""
    final = holdout.final
    beside = f"{100 * abs(final.gap):.1f} points {'below' if final.gap >= 0 else 'above'}"
    note = (
        f"final model on {number(holdout.images)} images your code never saw, in "
        f"{number(holdout.clusters)} groups of near-duplicates; {beside} the visible ones, and "
        f"more than {100 * final.detectable_gap:.1f} below would have been noticed"
    )
    return Fact("Holdout accuracy", percent(final.accuracy), note)


def spread(curves: Curves) -> str:
    """How far the reference's bands reach to each side, in percentage points."""
    widths = (curves.train_spread, curves.valid_spread)
    return " or ".join(dict.fromkeys(f"{100 * one:.1f}".removesuffix(".0") for one in widths))


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
