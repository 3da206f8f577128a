"""The order in which images are measured is nobody's to know beforehand."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from travelled import PIXELS_AS_THEY_ARE, folders, travel

from grader.evaluator import start

COUNT = 300
ANSWERS = torch.rand(start.BATCH, 3)


def by_position() -> dict[str, Any]:
    """A graph that answers row i of every batch with row i of a table."""
    x, table = {"node": "x"}, {"node": "table"}
    none = {"node": "none"}
    image = {"name": "x", "op": "input", "target": "x", "shape": [-1, 1, 28, 28]}
    stored = {"name": "table", "op": "buffer", "target": "table", "shape": [start.BATCH, 3]}
    flat = {"name": "flat", "op": "call", "target": "aten.flatten.using_ints", "args": [x, 1]}
    summed = {"name": "sum", "op": "call", "target": "aten.sum.dim_IntList"}
    summed |= {"args": [{"node": "flat"}, [1], True]}
    zero = {"name": "none", "op": "call", "target": "aten.mul.Tensor", "args": [{"node": "sum"}, 0]}
    rows = {"name": "rows", "op": "call", "target": "aten.sym_size.int", "args": [x, 0]}
    part = {"name": "part", "op": "call", "target": "aten.slice.Tensor"}
    part |= {"args": [table, 0, 0, {"node": "rows"}]}
    total = {
        "name": "y",
        "op": "call",
        "target": "aten.add.Tensor",
        "args": [{"node": "part"}, none],
    }
    shapes = {"flat": [-1, 784], "sum": [-1, 1], "none": [-1, 1], "part": [-1, 3], "y": [-1, 3]}
    calls = [flat, summed, zero, rows, part, total]
    calls = [{"kwargs": {}, "shape": shapes.get(one["name"]), **one} for one in calls]
    form = {"nodes": [image, stored, *calls], "outputs": [{"node": "y"}], "result": [0]}
    return {"train": form, "eval": form, "batch": None, "input_dtype": "float32"}


@pytest.fixture
def measuring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> start.Measuring:
    travel(monkeypatch)
    folders(tmp_path)
    (tmp_path / "artefact" / "graph.json").write_text(json.dumps(by_position()))
    save_file({"table": ANSWERS}, tmp_path / "artefact" / "final.safetensors")
    np.save(tmp_path / "images" / "valid.npy", np.zeros((COUNT, 28, 28), np.uint8))
    task = {"device": "cpu", "constants": False, "final": "final", "input_map": PIXELS_AS_THEY_ARE}
    (tmp_path / "task.json").write_text(json.dumps(task))
    return start.Measuring(tmp_path, tmp_path / "task.json")


def test_a_network_that_answers_by_the_place_of_an_image_is_right_by_chance(
    measuring: start.Measuring,
) -> None:
    measuring.split("final", "valid")
    answers = np.load(measuring.outbox / "logits-valid-final.npy")
    batches = [ANSWERS[: min(start.BATCH, COUNT - one)] for one in range(0, COUNT, start.BATCH)]
    meant = torch.cat(batches).numpy()
    assert sorted(answers[:, 0]) == sorted(meant[:, 0])
    assert (answers == meant).all(axis=1).mean() < 0.1


def test_the_order_is_the_same_again_and_another_for_other_weights(
    measuring: start.Measuring,
) -> None:
    first = measuring._order("final", COUNT)
    assert np.array_equal(first, measuring._order("final", COUNT))
    assert sorted(first) == list(range(COUNT))
    save_file({"table": ANSWERS + 1}, measuring.root / "artefact" / "final.safetensors")
    assert not np.array_equal(first, measuring._order("final", COUNT))
