"""Takes the model out of an outbox."""

import json

import numpy as np
import pytest
import torch
from fakes import GRAPH, MODEL, NODE, WEIGHTS
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import save

from grader.errors import OutboxRefused
from grader.intake.artefact import take_artefact


def outbox(folder, names=("final",), model=MODEL, **samples):
    folder.mkdir(exist_ok=True)
    (folder / "graph.json").write_text(json.dumps(model))
    for name in names:
        (folder / f"{name}.safetensors").write_bytes(WEIGHTS)
    if samples:
        (folder / "samples.safetensors").write_bytes(save(samples))
    return folder


def take(tmp_path, snapshots=(), **kwargs):
    return take_artefact(outbox(tmp_path / "outbox", **kwargs), tmp_path / "taken", snapshots)


def test_an_empty_outbox_has_no_model(tmp_path):
    assert take_artefact(tmp_path, tmp_path / "taken", ()) is None


def test_a_graph_without_weights_is_no_model(tmp_path):
    assert take(tmp_path, names=()) is None


def test_what_is_needed_is_copied_and_nothing_else(tmp_path):
    names = ("final", "initial", "constants", "epoch-00001", "epoch-00002", "other", "secret")
    found = take(tmp_path, names=names, snapshots=("epoch-00001", "epoch-00002", "epoch-00003"))
    assert found.snapshots == ("epoch-00001", "epoch-00002")
    assert found.constants
    assert sorted(path.name for path in found.folder.iterdir()) == [
        "constants.safetensors",
        "epoch-00001.safetensors",
        "epoch-00002.safetensors",
        "final.safetensors",
        "graph.json",
        "initial.safetensors",
    ]


def test_final_weights_that_are_the_last_epochs_are_measured_once(tmp_path):
    names = ("final", "epoch-00001", "epoch-00002")
    assert take(tmp_path, names=names, snapshots=names[1:]).final == "epoch-00002"


def test_other_final_weights_are_the_final_ones(tmp_path):
    names = ("epoch-00001", "epoch-00002")
    folder = outbox(tmp_path / "outbox", names)
    (folder / "final.safetensors").write_bytes(WEIGHTS + b" ")
    assert take_artefact(folder, tmp_path / "taken", names).final == "final"


def test_a_killed_run_is_graded_by_its_last_epoch(tmp_path):
    found = take(
        tmp_path, names=("epoch-00001", "epoch-00002"), snapshots=("epoch-00001", "epoch-00002")
    )
    assert found.final == "epoch-00002"


@pytest.mark.parametrize(
    "name", ["../secret", "epoch-1/../../x", "/etc/passwd", "epoch-", "epoch-x", "final", "EPOCH-1"]
)
def test_names_of_snapshots_lead_nowhere_else(tmp_path, name):
    (tmp_path / "secret.safetensors").write_bytes(WEIGHTS)
    found = take(tmp_path, snapshots=(name,))
    assert found.snapshots == ()
    assert sorted(path.name for path in found.folder.iterdir()) == [
        "final.safetensors",
        "graph.json",
    ]


def test_a_snapshot_named_many_times_is_taken_once(tmp_path):
    taken = take(
        tmp_path, ("epoch-00002", *("epoch-00001",) * 9), names=("epoch-00001", "epoch-00002")
    )
    assert taken.snapshots == ("epoch-00002", "epoch-00001")


def test_of_very_many_snapshots_the_last_are_taken(tmp_path):
    names = tuple(f"epoch-{number:05d}" for number in range(1, 80))
    assert take(tmp_path, names, names=names).snapshots == names[-50:]


def test_weights_behind_a_link_are_refused(tmp_path):
    folder = outbox(tmp_path / "outbox")
    (folder / "final.safetensors").unlink()
    (folder / "final.safetensors").symlink_to("/etc/passwd")
    with pytest.raises(OutboxRefused):
        take_artefact(folder, tmp_path / "taken", ())


@pytest.mark.parametrize(
    "changes",
    [
        {"train": {}},
        {"eval": GRAPH | {"result": []}},
        {"eval": GRAPH | {"nodes": [NODE | {"op": "exec"}]}},
        {"eval": GRAPH | {"nodes": [NODE] * 5001}},
        {"input_dtype": "object"},
        {"input_shape": list(range(13))},
        {"batch": 0},
        {"extra": 1},
    ],
)
def test_a_graph_of_another_shape_is_refused(tmp_path, changes):
    with pytest.raises(OutboxRefused, match=r"^graph\.json"):
        take(tmp_path, model=MODEL | changes)


def deep(levels):
    value = []
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize("args", [deep(400), deep(900), ["\ud800"], [1e308]])
def test_no_argument_of_a_node_makes_the_taking_fail(tmp_path, args):
    model = MODEL | {"eval": GRAPH | {"nodes": [NODE | {"args": args}]}}
    try:
        assert take(tmp_path, model=model) is not None
    except OutboxRefused as error:
        assert "graph.json" in str(error)  # noqa: PT017


def test_samples_are_read_as_float32(tmp_path):
    found = take(
        tmp_path,
        eval_inputs=torch.rand(8, 784, dtype=torch.float64),
        train_inputs=torch.randint(0, 9, (4, 784)),
        train_targets=torch.arange(4),
        live_outputs=torch.rand(8, 10).half(),
    ).samples
    for array in (found.evaluation, found.training, found.targets, found.outputs):
        assert array.dtype == np.float32
    assert found.evaluation.shape == (8, 784)
    assert found.outputs.shape == (8, 10)


def test_missing_samples_are_empty(tmp_path):
    samples = take(tmp_path).samples
    for array in (samples.evaluation, samples.training, samples.targets, samples.outputs):
        assert len(array) == 0


@pytest.mark.parametrize(
    "tensor",
    [
        torch.tensor(5.0),
        torch.full((2, 3), torch.nan),
        torch.full((2, 3), torch.inf),
        torch.full((2, 3), 1e300, dtype=torch.float64),
    ],
)
def test_inputs_that_are_no_rows_of_numbers_are_refused(tmp_path, tensor):
    with pytest.raises(OutboxRefused, match="eval_inputs"):
        take(tmp_path, eval_inputs=tensor)


def test_answers_of_a_diverged_network_are_kept(tmp_path):
    found = take(tmp_path, live_outputs=torch.full((2, 3), torch.nan))
    assert np.isnan(found.samples.outputs).all()


GOOD = save({"eval_inputs": torch.rand(3, 4)})


@given(
    position=st.integers(0, len(GOOD)), removed=st.integers(0, 9), inserted=st.binary(max_size=9)
)
def test_damaged_samples_are_refused_and_nothing_else(
    tmp_path_factory, position, removed, inserted
):
    folder = tmp_path_factory.mktemp("outbox")
    outbox(folder)
    content = GOOD[:position] + inserted + GOOD[position + removed :]
    (folder / "samples.safetensors").write_bytes(content)
    try:
        assert take_artefact(folder, folder / "taken", ()) is not None
    except OutboxRefused as error:
        assert "samples.safetensors" in str(error)  # noqa: PT017


def test_epochs_that_left_every_weight_as_it_was_are_counted(tmp_path):
    names = ("epoch-00001", "epoch-00002", "epoch-00003")
    found = take(tmp_path, names=names, snapshots=names)
    assert found.idle_epochs == 2
    other = save({"weight": torch.zeros(1)})
    (found.folder / "epoch-00002.safetensors").write_bytes(other)
    assert found.idle_epochs == 0


def test_weights_that_are_too_many_together_are_refused(tmp_path, monkeypatch):
    names = tuple(f"epoch-{number:05d}" for number in range(1, 5))
    monkeypatch.setattr("grader.intake.artefact.ALL_WEIGHTS_CAP", 4 * len(WEIGHTS))
    assert take(tmp_path, names=names, snapshots=names).snapshots == names
    with pytest.raises(OutboxRefused, match="weights together"):
        take(tmp_path, names=(*names, "final"), snapshots=names)


def test_complex_numbers_are_no_samples(tmp_path):
    with pytest.raises(OutboxRefused, match=r"^eval_inputs .* holds complex"):
        take(tmp_path, eval_inputs=torch.zeros(2, 3, dtype=torch.complex64))
