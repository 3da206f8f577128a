"""Everything the host reads after a run: claims, the captured model, and answers about it."""

import io
import json
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from builders import ASSIGNMENT, evidence, layer, trace, training_pass
from data_files import some_images
from harness import Target
from inputs import Case, Odd
from safetensors.numpy import save

from grader.data.dataset import DataSet, Split
from grader.errors import OutboxRefused
from grader.intake.artefact import Artefact, take_artefact
from grader.intake.claims import read_claims
from grader.intake.evaluation import predictions, read_logits, write_task
from grader.intake.measure import NotMeasured, measure, with_typical
from grader.intake.preprocessing import NotFitted, fit_preprocessing
from grader.intake.progress import ProgressReader
from grader.intake.training import training_of
from grader.intake.typical import expected_snapshot, typical_snapshot
from grader.model.assignment import Assignment
from grader.model.claims import Claims, Trace
from grader.model.evidence import Evidence, Measurements, Moved
from grader.results.store import executed_notebook

TRAIN, VALID = 30, 16
SNAPSHOTS = ("epoch-00004", "epoch-00005")
NODES = [
    {"name": "w", "op": "parameter", "target": "0.weight", "shape": [10, 784]},
    {"name": "x", "op": "input", "target": "x", "shape": [1, 784]},
    {
        **{"name": "y", "op": "call", "target": "aten.linear.default", "type": "Linear"},
        **{"args": [{"node": "x"}, {"node": "w"}, None, 1.5], "kwargs": {"dim": [0, -1]}},
        **{"shape": [1, 10], "module": "0", "line": {"file": "lab.py", "line": 12}},
    },
]
GRAPH = {"nodes": NODES, "outputs": [{"node": "y"}], "result": [0]}
MODEL = {
    **{"batch": None, "train": GRAPH, "eval": GRAPH, "input_shape": [1, 28, 28]},
    **{"input_dtype": "float32", "torch": "2.15.0"},
}
STOPPED = (
    b"Current thread 0x00007f00 (most recent call first):\n"
    b'  File "/box/grader_probe/recorder.py", line 5 in after\n'
    b'  File "/box/work/lab.py", line 41 in train\n'
)
STDOUT = b"epoch 1: train loss 0.4, train accuracy 0.91\nvalidation acc: 88.5 %\n"
CELLS = [
    {"cell_type": "code", "source": "x = 1", "metadata": {}, "outputs": [], "execution_count": 1}
]
NOTEBOOK = {"cells": CELLS, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


@cache
def data(name: str) -> DataSet:
    """A small data set; its images are what the samples of the seeds show."""
    classes = {"mnist": 10, "asl": 24}[name]
    train, valid = (
        Split(some_images(size, seed), np.arange(size) % classes, Path("none"), official=False)
        for seed, size in ((1, TRAIN), (2, VALID))
    )
    return DataSet(name, "custom", Path("none"), train, valid)


@cache
def assignment(name: str) -> Assignment:
    """The lab that the submission is for."""
    classes = [str(number) for number in range({"mnist": 10, "asl": 24}[name])]
    changes = {"dataset": {"name": name}, "classes": classes}
    return Assignment.model_validate(ASSIGNMENT | changes)


def _npy(array: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=False)
    return stream.getvalue()


def _tinted(rows: np.ndarray) -> np.ndarray:
    """Each channel in a brightness of its own."""
    return rows * np.arange(1, rows.shape[1] + 1)[:, None, None] - 0.5


def _standardised(rows: np.ndarray) -> np.ndarray:
    """Each image by its own mean and deviation."""
    spread = rows.std((1, 2, 3), ddof=1, keepdims=True)
    return (rows - rows.mean((1, 2, 3), keepdims=True)) / spread


def _samples(
    dtype: type,
    *layout: int,
    classes: int,
    scale: float = 255,
    side: int = 28,
    prepare: Callable[[np.ndarray], np.ndarray] = np.asarray,
) -> bytes:
    """What a network was fed of the public images, and what it answered."""
    channels = layout[0] if len(layout) == 3 else 1
    shown = [data("mnist").valid.images[:14], data("mnist").train.images[:24]]
    rows = [images / scale for images in shown]
    if side != 28:
        offset = (side - 28) // 2
        rows = [np.pad(one, ((0, 0), (offset, offset), (offset, offset))) for one in rows]
    valid, train = (
        prepare(np.repeat(one[:, None], channels, 1)).reshape(-1, *layout).astype(dtype)
        for one in rows
    )
    scores = np.eye(classes, dtype=np.float32)[np.arange(14) % classes]
    return save(
        {
            **{"eval_inputs": valid, "train_inputs": train, "live_inputs": valid[:10]},
            **{"train_targets": np.arange(24) % classes, "live_outputs": scores[:10]},
        }
    )


def _seed(samples: bytes, heard: Trace, ending: dict, scores: np.ndarray) -> Case:
    result = {
        **{"refused": None, "parameters": 7850, "forms_agree": True},
        "layers": [layer(kind, p=0.5, kernel=(3, 3)).model_dump() for kind in ("linear", "relu")],
        "moved": Moved(parameters=2, moved=2, relative_distance=0.5).model_dump(),
        "weights": [{"name": "0.weight", "size": 7840, "spread": 0.1, "moved": 0.5}],
        "units": [{"kind": "relu", "module": "1", "units": 10, "dead": 3}],
    }
    progress = [{"cell": 1, "cells": 3}, {"training": True, "epoch": 1, "loss": 0.5, "samples": 9}]
    files = {
        "run/trace.json": heard.model_dump_json().encode(),
        "run/ending.json": json.dumps(ending).encode(),
        "run/progress.jsonl": "".join(json.dumps(one) + "\n" for one in progress).encode(),
        "run/graph.json": json.dumps(MODEL).encode(),
        "run/samples.safetensors": samples,
        "run/executed.ipynb": json.dumps(NOTEBOOK).encode(),
        "answers/result.json": json.dumps(result).encode(),
        "answers/logits-live.npy": _npy(scores[:10]),
        "stdout.txt": STDOUT,
    }
    for number, name in enumerate((*SNAPSHOTS, "final")):
        weights = save({"0.weight": np.full((2, 2), number, np.float32)})
        files[f"run/{name}.safetensors"] = weights
        files[f"answers/logits-valid-{name}.npy"] = _npy(scores[:VALID] * (1 + number))
        files[f"answers/logits-train-{name}.npy"] = _npy(scores[:TRAIN])
    unlucky = scores[:VALID].copy()
    unlucky[:9] = scores[1:10]
    files["answers/logits-valid-final.npy"] = _npy(unlucky)
    return Case("mnist", files)


def seeds() -> Sequence[Case]:
    """Runs as they really end: a script and a notebook, different inputs, a crash."""
    passes = [training_pass(number) for number in (1, 2, 3, 4, 5)]
    checks = [
        training_pass(one.epoch, training=False, samples=VALID, accuracy=0.9 + one.epoch / 100)
        for one in passes
        if one.epoch
    ]
    told = {
        **{"passes": (*passes, *checks), "snapshots": SNAPSHOTS, "steps": 500, "loss": "ce"},
        "notes": ("cpu_instead", "data_found:x.csv", "stand_in:wandb", "unknown"),
        "models": ({"type": "Net", "parameters": 9}, {"type": "Other", "parameters": 1}),
    }
    crash = {"type": "NameError", "message": "no", "traceback": "x", "file": "lab.py", "line": 3}
    failed = {"status": "error", "crash": crash, "cells_run": 2, "cells_total": 3}
    good = {"status": "ok", "cells_run": 3, "cells_total": 3}
    heard, ten = trace(5, **told), 9 * np.eye(10, dtype=np.float32)[np.arange(TRAIN) % 10]
    wide = np.tile(ten, (1, 3))[:, :25]
    first = _seed(_samples(np.float32, 1, 28, 28, classes=10), heard, good, ten)
    second = _seed(_samples(np.float64, 784, classes=25, scale=1), heard, failed, wide)
    third = _seed(_samples(np.float16, 3, 28, 28, classes=10), trace(5), {"status": "ok"}, ten)
    resized = _samples(np.float32, 1, 32, 32, classes=10, side=32)
    fourth = _seed(resized, heard, {"status": "fault", "reason": "no room"}, ten)
    stopped = third.without("run/ending.json").having("run/where.txt", STOPPED)
    asleep = [training_pass(number, eval_mode=100) for number in (1, 2)]
    careless = trace(2, passes=asleep, snapshots=SNAPSHOTS, probabilities=True, unmeasurable="no")
    tinted = _samples(np.float32, 3, 28, 28, classes=10, prepare=_tinted, scale=1)
    fifth = _seed(tinted, careless, good | {"cells_run": 1}, ten)
    each = _samples(np.float32, 28, 28, classes=10, prepare=_standardised)
    sixth = _seed(each, careless, failed, ten)
    return [first, Case("asl", second.files), first, third, stopped, fourth, fifth, sixth]


def read(case: Case, folder: Path, scratch: Path) -> bool:
    """Read it as the pipeline does; whether everything was usable and a measurement came of it."""
    outbox, answers = folder / "run", folder / "answers"
    printed = case.files.get("stdout.txt")  # the supervisor kept it, it is no file
    stdout = printed if isinstance(printed, bytes) else b""
    ProgressReader(outbox).new_lines()
    claims, notes = read_claims(outbox, stdout.decode("utf-8", "replace"))
    executed_notebook(outbox)
    heard = claims.trace or Trace()
    measured = _measured(case.door, heard, outbox, answers, scratch)
    _keep(claims, measured, notes)
    return measured is not None and not any("was not usable" in note for note in notes)


def _measured(
    name: str, heard: Trace, outbox: Path, answers: Path, scratch: Path
) -> Measurements | None:
    """The measurements, where nothing of the outbox or of the answers is refused."""
    try:
        artefact = take_artefact(outbox, scratch / "artefact", heard.snapshots)
        if artefact is None:
            return None
        return _judged(name, heard, artefact, answers, scratch)
    except (OutboxRefused, NotFitted, NotMeasured):
        return None


def _judged(
    name: str, heard: Trace, artefact: Artefact, answers: Path, scratch: Path
) -> Measurements:
    data_set, samples = data(name), artefact.samples
    try:
        found = fit_preprocessing(samples.evaluation, data_set)
    except NotFitted:
        found = fit_preprocessing(samples.training, data_set)
    expected = expected_snapshot(artefact, heard, VALID)
    wanted = predictions(artefact, expected)
    write_task(scratch / "task.json", artefact, found, "cpu", wanted)
    training = training_of(samples, data_set, name == "asl", heard.passes)
    measured = measure(answers, artefact, found, data_set, assignment(name), training)
    accuracies = {one.name: one.accuracy for one in measured.snapshots}
    typical = typical_snapshot(accuracies, artefact.final)
    if typical == artefact.final:
        read_logits(answers, f"logits-train-{expected}", TRAIN)
        return measured
    return with_typical(measured, answers, typical, data_set) or measured


def _keep(claims: Claims, measured: Measurements | None, notes: tuple[str, ...]) -> None:
    """What was taken must come back from the document that is stored."""
    made = evidence(claims=claims, measurements=measured, notes=notes)
    text = json.dumps(made.document()).encode()
    if Evidence.model_validate_json(text) != made:
        raise AssertionError("the stored evidence is not what was read")


TARGET = Target(
    name="outbox",
    seeds=seeds,
    read=read,
    refusals=(),
    modules=(
        *("grader.intake.claims", "grader.intake.artefact", "grader.intake.files"),
        "grader.intake.stopped",
        *("grader.intake.progress", "grader.intake.wire", "grader.intake.scores"),
        *("grader.intake.splits", "grader.intake.evaluation", "grader.intake.measure"),
        *("grader.intake.preprocessing", "grader.intake.matching", "grader.intake.training"),
        *("grader.intake.printed", "grader.intake.typical", "grader.intake.alike"),
        "grader.intake.labels",
        *("grader.intake.notes", "grader.intake.resizing", "grader.results.store"),
    ),
    odd=tuple(Odd),
)
