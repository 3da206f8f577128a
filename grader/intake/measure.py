"""Puts predictions, labels and layers together into measurements."""

from pathlib import Path
from typing import Literal

import numpy as np

from grader.data.dataset import DataSet, Labels
from grader.errors import OutboxRefused
from grader.intake import scores
from grader.intake.artefact import Artefact
from grader.intake.evaluation import read_logits, read_result
from grader.intake.matching import match
from grader.model.assignment import Assignment
from grader.model.evidence import (
    Agreement,
    Measurements,
    Preprocessing,
    Snapshot,
    TypicalEpoch,
)

TrainedOn = Literal["train", "valid", "mixed", "unknown"]


class NotMeasured(Exception):
    """The graph could not be evaluated; the message names the reason."""


def measure(
    outbox: Path,
    artefact: Artefact,
    found: Preprocessing,
    data: DataSet,
    assignment: Assignment,
    trained_on: TrainedOn,
) -> Measurements:
    """Return the measurements from sandbox B's ``outbox``. Raises NotMeasured, OutboxRefused."""
    result = read_result(outbox)
    if result.refused is not None:
        raise NotMeasured(result.refused)
    labels = data.valid.labels
    snapshots = tuple(
        _snapshot(outbox, name, labels)
        for name in dict.fromkeys((*artefact.snapshots, artefact.final))
    )
    logits = _required(outbox, f"logits-valid-{artefact.final}", len(labels))
    training = _required(outbox, f"logits-train-{artefact.final}", len(data.train))
    valid_losses = scores.losses(logits, labels)
    train_losses = scores.losses(training, data.train.labels)
    return Measurements(
        train_accuracy=scores.accuracy(training, data.train.labels),
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
        finite=bool(np.isfinite(logits).all() and np.isfinite(training).all()),
        preprocessing=found,
        agreement=_agreement(outbox, artefact),
        moved=result.moved,
        trained_on=trained_on,
    )


def with_typical(
    measured: Measurements, outbox: Path, name: str, data: DataSet
) -> Measurements | None:
    """Add the typical epoch ``name``; ``None`` where ``outbox`` lacks its training predictions."""
    logits = read_logits(outbox, f"logits-train-{name}", len(data.train))
    if logits is None:
        return None
    losses = scores.losses(logits, data.train.labels)
    typical = TypicalEpoch(
        name=name,
        train_accuracy=scores.accuracy(logits, data.train.labels),
        train_loss=None if losses is None else float(losses.mean()),
        valid_accuracy=next(one.accuracy for one in measured.snapshots if one.name == name),
    )
    return measured.model_copy(update={"typical": typical})


def _required(outbox: Path, name: str, rows: int) -> scores.Logits:
    logits = read_logits(outbox, name, rows)
    if logits is None:
        raise OutboxRefused(f"the evaluator left no {name}.npy")
    return logits


def _snapshot(outbox: Path, name: str, labels: Labels) -> Snapshot:
    logits = _required(outbox, f"logits-valid-{name}", len(labels))
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


def trained_on(artefact: Artefact, data: DataSet) -> TrainedOn:
    """Which split the sampled training inputs came from, where they are recognisable."""
    rows = artefact.samples.training
    if not len(rows) or int(np.prod(rows.shape[1:])) != 784:
        return "unknown"
    found = match(rows.reshape(len(rows), 784), data)
    if len(found) < len(rows) / 2:
        return "unknown"
    share = float((found.splits == 1).mean())
    return "train" if share < 0.02 else "valid" if share > 0.98 else "mixed"
