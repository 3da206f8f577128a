"""``grader check`` where the grader itself fails: exit code 3, a kept result, never a zero."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from data_files import write_mnist
from endings import Command, Ended
from fakes import TRAIN, VALID, Actors, Task, answer_rightly, train_honestly, use

from grader.model.run import Outcome, ProcessEnd
from grader.sandbox.interface import Job
from grader.sandbox.plain import Plain

Check = Callable[..., Ended]


@pytest.fixture
def check(grader: Command, here: Path, monkeypatch: pytest.MonkeyPatch) -> Check:
    """Check a submission that actors play."""
    write_mnist(here / "data", TRAIN, VALID)

    def command(actors: Actors, *options: str) -> Ended:
        use(monkeypatch, actors)
        return grader("check", "lab1", "lab.py", *options)

    return command


def no_sandbox(job: Job) -> ProcessEnd:
    """A sandbox that cannot be made."""
    return ProcessEnd(outcome=Outcome.FAULT, detail="The sandbox did not start: no space left.")


def no_settings(job: Job) -> ProcessEnd:
    """The real probe in a real process, without its settings."""
    inputs = {name: path for name, path in job.inputs.items() if name != "settings"}
    return Plain().run(replace(job, inputs=inputs))


def no_answer(job: Job, task: Task) -> ProcessEnd:
    """A measuring process that dies."""
    return ProcessEnd(outcome=Outcome.MEMORY, detail="It used more than the 8192 MB it may.")


def oversized_scores(job: Job, task: Task) -> ProcessEnd:
    """A measuring process that answers more than anyone may read."""
    end = answer_rightly(job, task)
    os.truncate(job.outbox / "logits-valid-epoch-00005.npy", 400_000_001)
    return end


def oversized_graph(job: Job) -> ProcessEnd:
    """A run that leaves more than anyone may read."""
    end = train_honestly(job)
    os.truncate(job.outbox / "graph.json", 16_000_001)
    return end


@pytest.mark.parametrize(
    ("student", "words"), [(no_sandbox, "no space left"), (no_settings, "could not be prepared")]
)
def test_a_fault_before_the_submission_runs_is_kept_without_a_score(
    check: Check, here: Path, student: Callable[[Job], ProcessEnd], words: str
) -> None:
    code, out, _ = check(Actors(student, begins=False))
    assert code == 3
    assert "No score: the grader itself failed, a person will look at it." in out
    kept = json.loads((here / "results/lab1/lab/grade.json").read_text())
    assert (kept["score"], kept["passed"], kept["provisional"]) == (None, False, True)
    assert (kept["needs_review"], kept["run"]["outcome"]) == (True, "fault")
    assert any(words in reason for reason in kept["reasons"])
    assert (here / "results/lab1/lab/report.html").is_file()


REVIEWED = {
    "measuring process that dies": (Actors(evaluator=no_answer), "It used more than"),
    "oversized scores": (
        Actors(evaluator=oversized_scores),
        "logits-valid-epoch-00005.npy is larger",
    ),
    "oversized graph": (Actors(oversized_graph), "graph.json is larger than"),
}


@pytest.mark.parametrize("name", REVIEWED)
def test_what_cannot_be_measured_is_provisional_and_keeps_its_other_points(
    check: Check, name: str
) -> None:
    actors, words = REVIEWED[name]
    code, out, _ = check(actors, "--json")
    found = json.loads(out)
    assert code == 3
    assert (found["provisional"], found["needs_review"], found["passed"]) == (True, True, False)
    assert found["score"] > 0
    assert any(words in reason for reason in found["reasons"])


def test_the_same_run_without_a_fault_needs_nobody(check: Check) -> None:
    code, out, _ = check(Actors(), "--json")
    assert code in (0, 1)
    assert json.loads(out)["needs_review"] is False
