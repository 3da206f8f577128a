"""Puts predictions, labels and layers together into measurements."""

from pathlib import Path

import numpy as np

from grader.data.dataset import DataSet, Labels
from grader.data.kaggle import course_columns
from grader.errors import OutboxRefused
from grader.intake import scores
from grader.intake.artefact import Artefact
from grader.intake.evaluation import read_logits, read_result
from grader.intake.training import Training
from grader.model.assignment import Assignment
from grader.model.evidence import Agreement, Measurements, Preprocessing, Snapshot, TypicalEpoch


class NotMeasured(Exception):
    """The graph could not be evaluated; the message names the reason."""


def measure(
    outbox: Path,
    artefact: Artefact,
    found: Preprocessing,
    data: DataSet,
    assignment: Assignment,
    training: Training,
) -> Measurements:
    """Return the measurements from sandbox B's ``outbox``. Raises NotMeasured, OutboxRefused."""
    result = read_result(outbox)
    if result.refused is not None:
        raise NotMeasured(result.refused)
    labels = data.valid.labels
    snapshots = tuple(
        _snapshot(outbox, name, labels, training)
        for name in dict.fromkeys((*artefact.snapshots, artefact.final))
    )
    logits = _required(outbox, f"logits-valid-{artefact.final}", len(labels), training)
    on_train = _required(outbox, f"logits-train-{artefact.final}", len(data.train), training)
    valid_losses = scores.losses(logits, labels)
    train_losses = scores.losses(on_train, data.train.labels)
    return Measurements(
        train_accuracy=scores.accuracy(on_train, data.train.labels),
        train_loss=None if train_losses is None else float(train_losses.mean()),
        train_loss_sum=None if train_losses is None else scores.summed(train_losses),
        valid_accuracy=scores.accuracy(logits, labels),
        valid_loss=None if valid_losses is None else float(valid_losses.mean()),
        valid_loss_sum=None if valid_losses is None else scores.summed(valid_losses),
        snapshots=snapshots,
        confusion=scores.confusion(scores.predicted(logits), labels, len(assignment.classes)),
        wrong_images=scores.wrong_images(logits, labels, data.valid.images),
        layers=result.layers,
        parameters=result.parameters,
        classes=int(logits.shape[1]),
        finite=bool(np.isfinite(logits).all() and np.isfinite(on_train).all()),
        forms_agree=result.forms_agree,
        always_dropout=result.always_dropout,
        preprocessing=found,
        # A dropout that stays on draws other numbers in another process.
        agreement=None if result.always_dropout else _agreement(outbox, artefact),
        stored=result.stored,
        moved=result.moved,
        leap=result.leap,
        settled=result.settled,
        weights=result.weights,
        units=result.units,
        labels=training.labels,
        idle_epochs=artefact.idle_epochs,
        trained_on=training.split,
        validated_on=training.validated,
        prepared_alike=training.alike,
        kaggle_labels=training.kaggle,
    )


def with_typical(
    measured: Measurements, outbox: Path, name: str, data: DataSet
) -> Measurements | None:
    """Add the typical epoch ``name``; ``None`` where ``outbox`` lacks its training predictions."""
    found = read_logits(outbox, f"logits-train-{name}", len(data.train))
    if found is None:
        return None
    logits = course_columns(found) if measured.kaggle_labels else found
    losses = scores.losses(logits, data.train.labels)
    typical = TypicalEpoch(
        name=name,
        train_accuracy=scores.accuracy(logits, data.train.labels),
        train_loss=None if losses is None else float(losses.mean()),
        valid_accuracy=next(one.accuracy for one in measured.snapshots if one.name == name),
    )
    return measured.model_copy(update={"typical": typical})


def _required(outbox: Path, name: str, rows: int, training: Training) -> scores.Logits:
    logits = read_logits(outbox, name, rows)
    if logits is None:
        raise OutboxRefused(f"the evaluator left no {name}.npy")
    return course_columns(logits) if training.kaggle else logits


def _snapshot(outbox: Path, name: str, labels: Labels, training: Training) -> Snapshot:
    logits = _required(outbox, f"logits-valid-{name}", len(labels), training)
    values = scores.losses(logits, labels)
    return Snapshot(
        name=name,
        epoch=int(name[6:]) if name.startswith("epoch-") else None,
        accuracy=scores.accuracy(logits, labels),
        loss=None if values is None else float(values.mean()),
    )


def _agreement(outbox: Path, artefact: Artefact) -> Agreement | None:
    live = artefact.samples.outputs
    graph = read_logits(outbox, "logits-live", None)
    if graph is None or live.ndim != 2 or not len(live):
        return None
    return scores.agreement(graph, live)
