"""Predictions, labels and layers become measurements."""

import json
from pathlib import Path

import numpy as np
import pytest
from builders import artefact, preprocessing
from small_data import data_set

from grader.errors import OutboxRefused
from grader.intake.artefact import Samples
from grader.intake.measure import NotMeasured, measure
from grader.intake.training import Training, training_of
from grader.model.assignment import Assignment
from grader.model.evidence import LabelsFed, Units, Weight

DATA = data_set(train=40, valid=20)
LAB = Assignment.model_validate(
    {
        "schema": 1,
        "slug": "lab1",
        "title": "Lab 1",
        "dataset": {"name": "mnist"},
        "classes": list("0123456789"),
    }
)


def scores_of(labels, wrong=0):
    array = np.full((len(labels), 10), -5, np.float32)
    array[np.arange(len(labels)), (labels + (np.arange(len(labels)) < wrong)) % 10] = 5
    return array


def results(folder, wrong=None, result=None, **arrays):
    """An outbox of sandbox B: ``wrong`` validation images per snapshot."""
    document = {"refused": None, "layers": [{"kind": "linear"}], "parameters": 7}
    (folder / "result.json").write_text(json.dumps(document | (result or {})))
    for name, count in (wrong or {"epoch-1": 10, "epoch-2": 4, "final": 5}).items():
        np.save(folder / f"logits-valid-{name}.npy", scores_of(DATA.valid.labels, count))
    np.save(folder / "logits-train-final.npy", scores_of(DATA.train.labels, 2))
    for name, array in arrays.items():
        np.save(folder / f"{name.replace('_', '-')}.npy", array)
    return folder


def taken(folder, **samples):
    empty = np.zeros((0, 1), np.float32)
    names = ("evaluation", "training", "targets", "outputs")
    found = artefact(folder=folder)
    return type(found)(
        **{**vars(found), "samples": Samples(*(samples.get(name, empty) for name in names))}
    )


def measured(folder, **samples):
    training = Training("train", kaggle=False)
    return measure(folder, taken(folder, **samples), preprocessing(), DATA, LAB, training)


def test_each_accuracy_is_counted_on_its_split_and_snapshot(tmp_path):
    found = measured(results(tmp_path))
    assert found.train_accuracy == pytest.approx(38 / 40)
    assert found.valid_accuracy == pytest.approx(15 / 20)
    assert [(one.name, one.epoch, one.accuracy) for one in found.snapshots] == [
        ("epoch-1", 1, 0.5),
        ("epoch-2", 2, 0.8),
        ("final", None, 0.75),
    ]
    assert np.trace(np.array(found.confusion)) == 15
    assert (found.parameters, found.classes, found.layers[0].kind) == (7, 10, "linear")
    assert len(found.wrong_images) == 5
    assert found.valid_loss == pytest.approx(5 / 20 * 10, abs=0.01)


def test_weights_units_and_labels_are_measured(tmp_path):
    weight = {"name": "0.weight", "size": 7, "spread": 0.1, "moved": 0.2}
    units = {"kind": "relu", "module": "1", "units": 5, "dead": 2}
    results(tmp_path, result={"weights": [weight], "units": [units]})
    labels = LabelsFed(rows=40, right=40)
    training = Training("train", kaggle=False, labels=labels)
    found = measure(tmp_path, taken(tmp_path), preprocessing(), DATA, LAB, training)
    assert found.weights == (Weight(name="0.weight", size=7, spread=0.1, moved=0.2),)
    assert found.units == (Units(kind="relu", module="1", units=5, dead=2),)
    assert found.labels == labels


def test_a_graph_that_was_refused_is_not_measured(tmp_path):
    with pytest.raises(NotMeasured, match="the operator sort is not known"):
        measured(results(tmp_path, result={"refused": "the operator sort is not known"}))


@pytest.mark.parametrize(
    "name", ["logits-valid-final", "logits-train-final", "logits-valid-epoch-1"]
)
def test_missing_scores_are_refused(tmp_path, name):
    results(tmp_path)
    (tmp_path / f"{name}.npy").unlink()
    with pytest.raises(OutboxRefused, match=name):
        measured(tmp_path)


def test_scores_for_another_number_of_images_are_refused(tmp_path):
    with pytest.raises(OutboxRefused, match="one row of class scores per image"):
        measured(results(tmp_path, logits_valid_final=np.zeros((3, 10), np.float32)))


def test_a_diverged_network_is_measured_as_wrong(tmp_path):
    nothing = np.full((20, 10), np.nan, np.float32)
    found = measured(
        results(tmp_path, logits_valid_final=nothing, logits_live=nothing), outputs=nothing
    )
    assert (found.valid_accuracy, found.valid_loss) == (0, None)
    assert found.agreement.agrees
    assert found.wrong_images == ()
    assert np.array(found.confusion).sum() == 0


def test_the_graph_is_compared_with_the_live_model(tmp_path):
    live = scores_of(DATA.valid.labels)
    assert measured(results(tmp_path, logits_live=live), outputs=live).agreement.agrees
    assert not measured(results(tmp_path, logits_live=-live), outputs=live).agreement.agrees


def test_without_answers_of_the_live_model_there_is_nothing_to_compare(tmp_path):
    live = scores_of(DATA.valid.labels)
    assert measured(results(tmp_path), outputs=live).agreement is None
    assert measured(results(tmp_path, logits_live=live)).agreement is None


def rows(*pictures):
    return np.concatenate(pictures).astype(np.float32).reshape(-1, 1, 28, 28) / 255


@pytest.mark.parametrize(
    ("training", "split"),
    [
        (rows(DATA.train.images), "train"),
        (rows(DATA.valid.images), "valid"),
        (rows(DATA.train.images[:10], DATA.valid.images[:10]), "mixed"),
        (np.random.default_rng(0).random((20, 1, 28, 28), np.float32), "unknown"),
        (np.zeros((0, 1), np.float32), "unknown"),
        (np.zeros((5, 3, 32, 32), np.float32), "unknown"),
        (np.zeros((5, 1), np.float32), "unknown"),
    ],
)
def test_training_rows_show_the_split_they_came_from(training, split):
    samples = taken(Path("nowhere"), training=training).samples
    found = training_of(samples, DATA, served_kaggle=False)
    assert found == Training(split, kaggle=False)
