"""Stands for what a test does not want to run: both sandboxes, and the driver of a GPU."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from builders import trace
from data_files import some_images
from safetensors.numpy import save

from grader.intake.began import BEGINS
from grader.model.grade import Grade
from grader.model.run import Outcome, ProcessEnd
from grader.pipeline import setup
from grader.pipeline.path import Examined
from grader.sandbox import devices
from grader.sandbox.choose import Chosen, isolation_of
from grader.sandbox.gpus import Gpu
from grader.sandbox.interface import Backend, Job, Watch

TRAIN, VALID = 40, 20
"""Sizes of the data that actors train on: ``write_mnist(folder, TRAIN, VALID)``."""

SNAPSHOTS = ("epoch-00004", "epoch-00005")
WEIGHTS = save({"w": np.ones(2, np.float32)})
NODE = {"name": "x", "op": "input", "target": "x", "shape": [-1, 1, 28, 28]}
GRAPH = {"nodes": [NODE], "outputs": [{"node": "x"}], "result": [0]}
MODEL = {
    "batch": None,
    "train": GRAPH,
    "eval": GRAPH,
    "input_shape": [1, 28, 28],
    "input_dtype": "float32",
    "torch": "2.15.0",
}

Task = Mapping[str, Any]
Student = Callable[[Job], ProcessEnd]
Evaluator = Callable[[Job, Task], ProcessEnd]
Graded = Callable[..., tuple[Examined, Grade]]


def scores_of(rows: int) -> np.ndarray:
    """Class scores of a network that is always right."""
    scores: np.ndarray = 9 * np.eye(10, dtype=np.float32)[np.arange(rows) % 10]
    return scores


def train_honestly(job: Job) -> ProcessEnd:
    """Leave what a run leaves that trained a network for five epochs."""
    pixels = some_images(TRAIN).astype(np.float32).reshape(-1, 1, 28, 28) / 255
    samples = {
        "eval_inputs": pixels[:VALID],
        "train_inputs": pixels[VALID:],
        "live_inputs": pixels[:VALID],
        "live_outputs": scores_of(VALID),
    }
    heard = trace(5, steps=500, backwards=500, snapshots=SNAPSHOTS)
    for name in (*SNAPSHOTS, "initial", "first", "final"):
        (job.outbox / f"{name}.safetensors").write_bytes(WEIGHTS)
    (job.outbox / "samples.safetensors").write_bytes(save(samples))
    (job.outbox / "graph.json").write_text(json.dumps(MODEL))
    (job.outbox / "progress.jsonl").write_text('{"training": true, "epoch": 1}\n')
    (job.outbox / "trace.json").write_text(heard.model_dump_json())
    (job.outbox / "ending.json").write_text('{"status": "ok"}')
    return ProcessEnd(outcome=Outcome.OK, exit_code=0, stdout=BEGINS)


def answer_rightly(job: Job, task: Task) -> ProcessEnd:
    """Leave the measurements of a network that is always right."""
    moved = {"parameters": 2, "moved": 2, "relative_distance": 0.8}
    result = {"refused": None, "layers": [{"kind": "linear"}], "parameters": 7850}
    result |= {"moved": moved, "settled": 0.4}
    (job.outbox / "result.json").write_text(json.dumps(result))
    for one in task["predictions"]:
        rows = TRAIN if one["split"] == "train" else VALID
        np.save(job.outbox / f"logits-{one['split']}-{one['snapshot']}.npy", scores_of(rows))
    np.save(job.outbox / "logits-live.npy", scores_of(VALID))
    return ProcessEnd(outcome=Outcome.OK, exit_code=0)


@dataclass
class Actors:
    """A backend that starts nothing: functions play both processes. Keeps the jobs it was given.

    Where it does not ``begins``, a run ends before the program is reached.
    """

    student: Student = train_honestly
    evaluator: Evaluator = answer_rightly
    jobs: list[Job] = field(default_factory=list)
    name: str = "actors"
    level: int = 3
    shared_memory: bool = True
    gpus: bool = True
    begins: bool = True

    def missing(self) -> str | None:
        """Nothing is needed."""
        return None

    def holes(self) -> tuple[str, ...]:
        """There is nothing to break out of."""
        return ()

    def run(self, job: Job, watch: Watch | None = None) -> ProcessEnd:
        """Play ``job``; the measuring process waits for its task and says when it is done."""
        self.jobs.append(job)
        job.outbox.mkdir(parents=True, exist_ok=True)
        if "submission" in job.inputs:
            end = self.student(job)
            if self.begins and BEGINS not in end.stdout:
                end = end.model_copy(update={"stdout": BEGINS + end.stdout})
            if watch is not None:
                watch()
            return end
        end = self.evaluator(job, _task(job, watch))
        if end.outcome is Outcome.OK:
            (job.outbox / "done-1").touch()
        return end


def _task(job: Job, watch: Watch | None, within_s: float = 20) -> Task:
    """The first task the measuring process is given, as soon as it is there."""
    folders = [folder for name, folder in job.inputs.items() if name.startswith("task")]
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        for path in (path for folder in folders for path in folder.glob("*.json")):
            found: Task = json.loads(path.read_text())
            return found
        if watch is not None:
            watch()
        time.sleep(0.01)
    raise AssertionError("the measuring process was given no task")


def use(monkeypatch: pytest.MonkeyPatch, backend: Backend) -> None:
    """Let every run take this backend."""
    monkeypatch.setattr(setup, "choose", lambda _: Chosen(backend, isolation_of(backend)))


def list_gpus(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """Make ``count`` GPUs of 80 GB be there, as far as anybody asks."""
    found = tuple(Gpu(i, f"GPU-{i:08x}", "NVIDIA H100", 81559.0, 81000.0) for i in range(count))
    monkeypatch.setattr(devices, "inventory", lambda: found)
