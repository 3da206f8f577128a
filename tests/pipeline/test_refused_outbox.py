"""A run whose outbox is refused in part is looked at by a person: no crash, and no zero."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from builders import trace
from data_files import some_images
from fakes import TRAIN, WEIGHTS, Actors, Graded, Task, answer_rightly, train_honestly
from safetensors.numpy import save

from grader.model.evidence import GapKind
from grader.model.grade import Grade
from grader.model.run import Outcome, ProcessEnd
from grader.model.verdict import Verdict
from grader.pipeline.path import Examined
from grader.sandbox.interface import Job

MB = 1_000_000
Spoil = Callable[[Path], None]


def grown(name: str, size: int) -> Spoil:
    """Make a file that large; the hole in it takes no room."""

    def spoil(outbox: Path) -> None:
        (outbox / name).touch()
        os.truncate(outbox / name, size)

    return spoil


def written(name: str, content: bytes) -> Spoil:
    """Put something else there."""

    def spoil(outbox: Path) -> None:
        (outbox / name).write_bytes(content)

    return spoil


def leaving(*spoils: Spoil) -> Actors:
    """A run that trains honestly and spoils what it left."""

    def student(job: Job) -> ProcessEnd:
        end = train_honestly(job)
        for spoil in spoils:
            spoil(job.outbox)
        return end

    return Actors(student)


def answering(spoil: Spoil) -> Actors:
    """A measuring process that spoils its answers."""

    def evaluator(job: Job, task: Task) -> ProcessEnd:
        end = answer_rightly(job, task)
        spoil(job.outbox)
        return end

    return Actors(evaluator=evaluator)


def assert_reviewed(examined: Examined, grade: Grade, kind: GapKind, words: str) -> None:
    """Nothing was measured for that reason; what could be judged counts, a person sees the rest."""
    found = examined.evidence
    assert found.run.outcome is Outcome.OK
    assert found.measurements is None
    assert found.gap is not None
    assert (found.gap.kind, words in found.gap.reason) == (kind, True), found.gap
    verdicts = {item.id: item.verdict for item in grade.criteria}
    assert verdicts.pop("exercises") is verdicts.pop("completes") is Verdict.MET
    assert set(verdicts.values()) == {Verdict.FAULT}
    assert grade.score == 20
    assert grade.provisional
    assert grade.needs_review
    assert any(words in reason for reason in grade.reasons)


def test_an_honest_run_is_measured_and_needs_no_review(graded: Graded) -> None:
    examined, grade = graded(Actors())
    found = examined.evidence.measurements
    assert found is not None, examined.evidence.gap
    assert (found.train_accuracy, found.valid_accuracy) == (1, 1)
    assert [one.name for one in found.snapshots] == ["epoch-00004", "epoch-00005"]
    assert not grade.needs_review, grade.reasons


MANY = np.zeros((1001, 784), np.float32)
REFUSED = {
    "graph": (grown("graph.json", 16 * MB + 1), "graph.json is larger than"),
    "weights": (grown("final.safetensors", 400 * MB + 1), "final.safetensors is larger than"),
    "an epoch": (grown("epoch-00004.safetensors", 400 * MB + 1), "epoch-00004.safetensors is"),
    "samples": (grown("samples.safetensors", 128 * MB + 1), "samples.safetensors is larger than"),
    "rows": (written("samples.safetensors", save({"eval_inputs": MANY})), "eval_inputs in samples"),
    "no samples": (written("samples.safetensors", b"\x08"), "samples.safetensors cannot be read"),
    "no graph": (written("graph.json", b"[" * 9999), "graph.json is not JSON"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_model_that_is_refused_goes_to_a_person_with_the_reason(
    graded: Graded, name: str
) -> None:
    spoil, words = REFUSED[name]
    assert_reviewed(*graded(leaving(spoil)), GapKind.NOT_CAPTURED, words)


ANSWERS = {
    "figures": (grown("result.json", 16 * MB + 1), "result.json is larger than"),
    "scores": (
        grown("logits-valid-epoch-00005.npy", 400 * MB + 1),
        "logits-valid-epoch-00005.npy is larger",
    ),
    "no scores": (
        written("logits-train-epoch-00005.npy", b"\x93NUMPY"),
        "logits-train-epoch-00005.npy cannot",
    ),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_that_is_refused_goes_to_a_person_with_the_reason(
    graded: Graded, name: str
) -> None:
    spoil, words = ANSWERS[name]
    assert_reviewed(*graded(answering(spoil)), GapKind.NOT_CAPTURED, words)


def test_an_oversized_trace_goes_to_a_person_and_the_file_is_named(graded: Graded) -> None:
    examined, grade = graded(leaving(grown("trace.json", 4 * MB + 1)))
    assert_reviewed(examined, grade, GapKind.FAULT, "the record of the run is missing or damaged")
    assert any("trace.json is larger than" in note for note in grade.notes)


def test_inputs_that_are_no_public_images_go_to_a_person(graded: Graded) -> None:
    noise = some_images(TRAIN, seed=9).astype(np.float32)
    content = save({"eval_inputs": noise, "train_inputs": noise})
    actors = leaving(written("samples.safetensors", content))
    assert_reviewed(*graded(actors), GapKind.NOT_FITTED, "its inputs are not understood")


@pytest.mark.parametrize("name", ["../secret", "epoch-00001/../../secret", "\0", "epoch-\n"])
def test_a_model_with_only_hostile_names_goes_to_a_person(graded: Graded, name: str) -> None:
    def spoil(outbox: Path) -> None:
        (outbox / "final.safetensors").unlink()
        (outbox / "epoch-00001").mkdir()
        (outbox.parent / "secret.safetensors").write_bytes(WEIGHTS)
        (outbox / "epoch-\n.safetensors").write_bytes(WEIGHTS)
        said = trace(5, steps=500, snapshots=(name,))
        (outbox / "trace.json").write_text(said.model_dump_json())

    assert_reviewed(*graded(leaving(spoil)), GapKind.NOT_CAPTURED, "left no graph")


def test_oversized_progress_changes_no_grade(graded: Graded) -> None:
    _, grade = graded(leaving(grown("progress.jsonl", 8 * MB + 1)))
    assert grade == graded(Actors())[1]
