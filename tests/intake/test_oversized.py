"""Files above their cap are refused by name, whatever they hold, without being read."""

import json
import os
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from builders import trace
from fakes import MODEL, WEIGHTS
from safetensors.numpy import save

from grader.errors import OutboxRefused
from grader.intake.artefact import GRAPH_CAP, MAX_ROWS, SAMPLES_CAP, WEIGHTS_CAP, take_artefact
from grader.intake.claims import read_claims
from grader.intake.evaluation import read_logits, read_result
from grader.intake.files import read_capped
from grader.intake.progress import CAP, ProgressReader

MB = 1_000_000
OVERSIZED = {
    "graph.json": GRAPH_CAP,
    "samples.safetensors": SAMPLES_CAP,
    "final.safetensors": WEIGHTS_CAP,
    "initial.safetensors": WEIGHTS_CAP,
    "constants.safetensors": WEIGHTS_CAP,
    "epoch-00001.safetensors": WEIGHTS_CAP,
}


def grow(path: Path, size: int) -> None:
    """Make a file seem ``size`` bytes long: a hole behind what it holds takes no room."""
    path.touch()
    os.truncate(path, size)


@pytest.fixture
def outbox(tmp_path: Path) -> Path:
    """A complete model of one epoch."""
    folder = tmp_path / "outbox"
    folder.mkdir()
    (folder / "graph.json").write_text(json.dumps(MODEL))
    for name in ("epoch-00001", "initial", "final", "constants"):
        (folder / f"{name}.safetensors").write_bytes(WEIGHTS)
    (folder / "samples.safetensors").write_bytes(WEIGHTS)
    return folder


def refusal(outbox: Path) -> str:
    with pytest.raises(OutboxRefused) as caught:
        take_artefact(outbox, outbox / "taken", ("epoch-00001",))
    return str(caught.value)


@pytest.mark.parametrize("name", OVERSIZED)
def test_an_oversized_piece_of_a_model_is_refused_by_name(outbox: Path, name: str) -> None:
    assert take_artefact(outbox, outbox / "taken", ("epoch-00001",)) is not None
    grow(outbox / name, OVERSIZED[name] + 1)
    assert refusal(outbox) == f"{name} is larger than {OVERSIZED[name]:,} bytes"


def test_what_is_refused_for_its_size_is_not_read(tmp_path: Path) -> None:
    grow(tmp_path / "x.json", 200 * MB)
    tracemalloc.start()
    try:
        with pytest.raises(OutboxRefused):
            read_capped(tmp_path, "x.json", 100 * MB)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < MB


@pytest.mark.parametrize("name", ["eval_inputs", "train_inputs", "train_targets", "live_outputs"])
def test_more_samples_than_a_sample_has_are_refused_by_name(outbox: Path, name: str) -> None:
    rows = np.zeros((MAX_ROWS + 1, 2), np.float32)
    (outbox / "samples.safetensors").write_bytes(save({name: rows[:-1]}))
    assert take_artefact(outbox, outbox / "taken", ()) is not None
    (outbox / "samples.safetensors").write_bytes(save({name: rows}))
    assert refusal(outbox).startswith(f"{name} in samples.safetensors has no rows, or far too many")


def test_a_header_that_promises_more_than_there_is_is_refused(outbox: Path) -> None:
    """Room is made for what is there, never for what a header says."""
    entry = {"dtype": "F32", "shape": [10**12], "data_offsets": [0, 4 * 10**12]}
    header = json.dumps({"eval_inputs": entry}).encode()
    content = len(header).to_bytes(8, "little") + header + bytes(16)
    (outbox / "samples.safetensors").write_bytes(content)
    assert refusal(outbox).startswith("samples.safetensors cannot be read")


@pytest.mark.parametrize("name", ["trace.json", "ending.json"])
def test_an_oversized_claim_is_not_believed_and_noted_by_name(tmp_path: Path, name: str) -> None:
    (tmp_path / "trace.json").write_text(trace(2).model_dump_json())
    (tmp_path / "ending.json").write_text('{"status": "ok"}')
    with (tmp_path / name).open("a") as stream:
        stream.write(" " * 4 * MB)
    claims, (note,) = read_claims(tmp_path, "")
    assert note == f"A file of the run was not usable: {name} is larger than 4,000,000 bytes."
    assert (claims.trace is None, claims.ended) == (name == "trace.json", name == "trace.json")


def test_oversized_progress_shows_nothing_and_stops_nothing(tmp_path: Path) -> None:
    reader = ProgressReader(tmp_path)
    (tmp_path / "progress.jsonl").write_text('{"epoch": 1}\n')
    assert [line.epoch for line in reader.new_lines()] == [1]
    with (tmp_path / "progress.jsonl").open("a") as stream:
        stream.write('{"epoch": 2}\n' + " " * CAP)
    assert reader.new_lines() == []


def test_an_oversized_answer_of_the_measuring_process_is_refused_by_name(tmp_path: Path) -> None:
    grow(tmp_path / "result.json", 16 * MB + 1)
    with pytest.raises(OutboxRefused, match=r"^result\.json is larger than 16,000,000 bytes$"):
        read_result(tmp_path)
    grow(tmp_path / "logits-valid-final.npy", 400 * MB + 1)
    with pytest.raises(OutboxRefused, match=r"^logits-valid-final\.npy is larger than"):
        read_logits(tmp_path, "logits-valid-final", 20)


@pytest.mark.parametrize("rows", [10**7, 10**13])
def test_a_header_that_promises_too_many_scores_is_refused(tmp_path: Path, rows: int) -> None:
    header = {"descr": "<f4", "fortran_order": False, "shape": (rows, 10)}
    with (tmp_path / "x.npy").open("wb") as stream:
        np.lib.format.write_array_header_1_0(stream, header)
        stream.write(bytes(40))
    with pytest.raises(OutboxRefused, match=r"^x\.npy cannot be read"):
        read_logits(tmp_path, "x", None)
