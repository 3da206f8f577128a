"""The task sandbox B is given, and what it gives back."""

import io
import json
import pickle
from pathlib import Path

import numpy as np
import pytest
from builders import artefact, preprocessing
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import OutboxRefused
from grader.evaluator import units, weights
from grader.intake.evaluation import predictions, read_logits, read_result, write_task
from grader.intake.wire import MOST


def task(tmp_path, found, **changes):
    taken = artefact(**changes)
    write_task(tmp_path / "1.json", taken, found, "cpu", predictions(taken, typical=taken.final))
    assert [path.name for path in tmp_path.iterdir()] == ["1.json"]
    return json.loads((tmp_path / "1.json").read_text())


def test_validation_is_predicted_with_every_snapshot_and_training_with_the_final(tmp_path):
    document = task(tmp_path, preprocessing())
    assert document["predictions"] == [
        {"snapshot": "epoch-1", "split": "valid"},
        {"snapshot": "epoch-2", "split": "valid"},
        {"snapshot": "final", "split": "valid"},
        {"snapshot": "final", "split": "train"},
    ]


def test_a_snapshot_that_is_the_final_one_is_predicted_once(tmp_path):
    document = task(tmp_path, preprocessing(), final="epoch-2")
    assert [one["snapshot"] for one in document["predictions"]] == ["epoch-1", "epoch-2", "epoch-2"]


@pytest.mark.parametrize(
    ("layout", "channels"), [((784,), 1), ((28, 28), 1), ((1, 28, 28), 1), ((3, 28, 28), 3)]
)
def test_the_task_says_how_images_become_inputs(tmp_path, layout, channels):
    document = task(tmp_path, preprocessing(*layout))["input_map"]
    assert (document["layout"], document["channels"]) == (list(layout), channels)
    assert document["rows"] == document["columns"] == []


def test_a_resize_is_two_matrices(tmp_path):
    found = preprocessing(1, 32, 40).model_copy(
        update={"resize": (32, 40), "resize_mode": "bilinear"}
    )
    document = task(tmp_path, found)["input_map"]
    assert np.array(document["rows"]).shape == (32, 28)
    assert np.array(document["columns"]).shape == (40, 28)


def test_a_missing_result_is_refused(tmp_path):
    with pytest.raises(OutboxRefused, match="left no result"):
        read_result(tmp_path)


def test_a_result_is_validated(tmp_path):
    (tmp_path / "result.json").write_text('{"refused": null, "layers": [{"kind": "linear"}]}')
    assert read_result(tmp_path).layers[0].kind == "linear"
    (tmp_path / "result.json").write_text('{"refused": null, "layers": [{"kind": 5}]}')
    with pytest.raises(OutboxRefused):
        read_result(tmp_path)


def write(folder, array, **kwargs):
    stream = io.BytesIO()
    np.save(stream, array, **kwargs)
    (folder / "logits.npy").write_bytes(stream.getvalue())


WEIGHT = {"name": "0.weight", "size": 7, "spread": 0.1, "moved": None}
UNITS = {"kind": "relu", "module": "1", "units": 5, "dead": 5, "line": {"file": "a.py", "line": 3}}


def result_with(tmp_path, **parts):
    (tmp_path / "result.json").write_text(json.dumps({"refused": None, **parts}))
    return read_result(tmp_path)


def test_weights_and_units_are_read(tmp_path):
    found = result_with(tmp_path, weights=[WEIGHT] * MOST, units=[UNITS] * MOST)
    assert (found.weights[0].spread, found.weights[-1].moved) == (0.1, None)
    assert (found.units[0].dead, found.units[-1].line.line) == (5, 3)
    assert result_with(tmp_path).units == ()


@pytest.mark.parametrize(
    "parts",
    [
        {"weights": [WEIGHT] * (MOST + 1)},
        {"units": [UNITS] * (MOST + 1)},
        {"weights": [WEIGHT | {"name": "w" * 301}]},
        {"weights": [WEIGHT | {"spread": float("nan")}]},
        {"weights": [WEIGHT | {"moved": -1}]},
        {"units": [UNITS | {"kind": "k" * 301}]},
        {"units": [UNITS | {"dead": 6}]},
        {"units": [UNITS | {"units": -1, "dead": -1}]},
    ],
)
def test_weights_and_units_that_nothing_has_are_refused(tmp_path, parts):
    with pytest.raises(OutboxRefused):
        result_with(tmp_path, **parts)


def test_the_evaluator_and_the_host_have_one_limit():
    assert MOST == units.MOST == weights.MOST


def test_scores_are_read(tmp_path):
    array = np.arange(6, dtype=np.float32).reshape(2, 3)
    write(tmp_path, array)
    assert np.array_equal(read_logits(tmp_path, "logits", 2), array)
    assert np.array_equal(read_logits(tmp_path, "logits", None), array)


def test_missing_scores_are_none(tmp_path):
    assert read_logits(tmp_path, "logits", 2) is None


class Trap:
    """Unpickling this leaves a mark."""

    def __reduce__(self):
        return (Path.touch, (Path("/tmp/unpickled-by-the-grader"),))


WRONG = {
    "objects": np.array([[Trap()]], dtype=object),
    "one dimension": np.zeros(2, np.float32),
    "three dimensions": np.zeros((2, 3, 1), np.float32),
    "double": np.zeros((2, 3)),
    "whole numbers": np.zeros((2, 3), np.int64),
    "text": np.array([["a", "b"]] * 2),
    "records": np.zeros(2, dtype=[("a", np.float32)]),
    "another number of rows": np.zeros((3, 3), np.float32),
    "no classes": np.zeros((2, 0), np.float32),
    "too many classes": np.zeros((2, 1001), np.float32),
}


@pytest.mark.parametrize("name", WRONG)
def test_other_arrays_are_refused(tmp_path, name):
    write(tmp_path, WRONG[name], allow_pickle=True)
    with pytest.raises(OutboxRefused, match=r"^logits\.npy"):
        read_logits(tmp_path, "logits", 2)
    assert not Path("/tmp/unpickled-by-the-grader").exists()


@pytest.mark.parametrize(
    "content", [b"", b"x", pickle.dumps(Trap()), b"\x93NUMPY\x01\x00\xff\xff{}", b"PK\x03\x04"]
)
def test_files_that_are_no_arrays_are_refused(tmp_path, content):
    (tmp_path / "logits.npy").write_bytes(content)
    with pytest.raises(OutboxRefused):
        read_logits(tmp_path, "logits", 2)
    assert not Path("/tmp/unpickled-by-the-grader").exists()


def test_an_archive_of_arrays_is_refused(tmp_path):
    stream = io.BytesIO()
    np.savez(stream, a=np.zeros((2, 3), np.float32))
    (tmp_path / "logits.npy").write_bytes(stream.getvalue())
    with pytest.raises(OutboxRefused):
        read_logits(tmp_path, "logits", 2)


STREAM = io.BytesIO()
np.save(STREAM, np.zeros((2, 3), np.float32))
GOOD = STREAM.getvalue()


@given(
    position=st.integers(0, len(GOOD)), removed=st.integers(0, 9), inserted=st.binary(max_size=9)
)
def test_no_damage_raises_anything_but_a_refusal(tmp_path_factory, position, removed, inserted):
    folder = tmp_path_factory.mktemp("outbox")
    (folder / "x.npy").write_bytes(GOOD[:position] + inserted + GOOD[position + removed :])
    try:
        found = read_logits(folder, "x", 2)
    except OutboxRefused:
        return
    assert found.ndim == 2


def test_a_header_that_numpy_would_repair_is_refused_without_a_warning(tmp_path):
    stream = io.BytesIO()
    np.save(stream, np.zeros((20, 10), np.float32))
    header = stream.getvalue().replace(b"(20, 10), ", b"(20L, 10),")  # as Python 2 wrote it
    (tmp_path / "logits.npy").write_bytes(header)
    with pytest.raises(OutboxRefused, match=r"^logits\.npy cannot be read"):
        read_logits(tmp_path, "logits", 20)
