"""Both processes of a run see the one device that was chosen, and no other."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import Actors, Graded, Task, answer_rightly, list_gpus, train_honestly

from grader.model.run import Outcome, ProcessEnd
from grader.sandbox.interface import Job
from grader.sandbox.plain import Plain

PEEK = "import json, os; print(json.dumps(dict(os.environ)))"
Environments = list[dict[str, str]]


class Peeking:
    """Actors that look at the environment of a real process before they play their part."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.students: Environments = []
        self.evaluators: Environments = []
        self.told: list[str] = []

    def actors(self) -> Actors:
        return Actors(self.student, self.evaluator)

    def student(self, job: Job) -> ProcessEnd:
        self.students.append(self._environment(job))
        return train_honestly(job)

    def evaluator(self, job: Job, task: Task) -> ProcessEnd:
        self.evaluators.append(self._environment(job))
        self.told.append(task["device"])
        return answer_rightly(job, task)

    def _environment(self, job: Job) -> dict[str, str]:
        self.folder.mkdir(exist_ok=True)
        (self.folder / "main.py").write_text(PEEK)
        inputs = {**job.inputs, "peek": self.folder}
        end = Plain().run(replace(job, command=("peek/main.py",), inputs=inputs))
        assert end.outcome is Outcome.OK, end.stderr
        found: dict[str, str] = json.loads(end.stdout)
        return found


@pytest.fixture
def peek(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Peeking]:
    """A machine with two GPUs."""
    list_gpus(monkeypatch, 2)
    return lambda: Peeking(tmp_path / "peek")


@pytest.mark.parametrize(
    ("asked", "device", "visible", "told"),
    [
        ("cuda:1", "cuda:1", "1", "cuda"),
        ("auto", "cuda:0", "0", "cuda"),
        ("cpu", "cpu", "", "cpu"),
    ],
)
def test_both_processes_see_the_chosen_device_and_no_other(
    graded: Graded,
    peek: Callable[[], Peeking],
    asked: str,
    device: str,
    visible: str,
    told: str,
) -> None:
    seen = peek()
    _, grade = graded(seen.actors(), device=asked)
    (student,), (evaluator,) = seen.students, seen.evaluators
    assert student["CUDA_VISIBLE_DEVICES"] == evaluator["CUDA_VISIBLE_DEVICES"] == visible
    assert seen.told == [told]
    assert grade.device == device


@pytest.mark.parametrize(("asked", "shown"), [("cuda:1", {"cuda:1"}), ("cpu", {None})])
def test_the_sandbox_is_asked_to_show_only_that_gpu(
    graded: Graded, peek: Callable[[], Peeking], asked: str, shown: set[str | None]
) -> None:
    actors = Actors()
    peek()
    graded(actors, device=asked)
    assert {job.gpu for job in actors.jobs} == shown
    assert len(actors.jobs) == 2


def test_both_processes_get_the_threads_and_the_seed_that_were_asked_for(
    graded: Graded, peek: Callable[[], Peeking]
) -> None:
    seen = peek()
    graded(seen.actors(), threads=3, seed=7)
    for found in (*seen.students, *seen.evaluators):
        assert (found["OMP_NUM_THREADS"], found["PYTHONHASHSEED"]) == ("3", "7")
