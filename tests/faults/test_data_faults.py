"""Data that goes away, or becomes other data, after it was read: nobody is judged by that."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from data_files import write_mnist
from fakes import TRAIN, VALID, Actors, train_honestly
from kept import Check, assert_clean, assert_fault, assert_regraded

from grader.model.run import ProcessEnd
from grader.pipeline import checked
from grader.pipeline import setup as setups
from grader.sandbox.interface import Job, Watch
from grader.sandbox.plain import Plain

LABELS = Path("data/MNIST/raw/train-labels-idx1-ubyte")
IMAGES = Path("data/MNIST/raw/t10k-images-idx3-ubyte")


def turned_round(path: Path) -> None:
    """Other labels of the same number."""
    content = path.read_bytes()
    path.write_bytes(content[:8] + content[:7:-1])
    later = path.stat().st_mtime_ns + 10**9
    os.utime(path, ns=(later, later))


Damage = Callable[[], object]
DAMAGES: dict[str, tuple[Damage, str]] = {
    "labels are missing": (LABELS.unlink, f"{LABELS} is missing"),
    "labels are others": (lambda: turned_round(LABELS), f"{LABELS} was changed since it was read"),
    "images are missing": (IMAGES.unlink, f"{IMAGES} is missing"),
    "all of it is missing": (lambda: shutil.rmtree("data"), "is missing"),
}


@pytest.fixture
def after_preparing(monkeypatch: pytest.MonkeyPatch) -> Callable[[Damage], None]:
    """Do something as soon as data and sandbox are chosen, before anything runs."""

    def plan(damage: Damage) -> None:
        usual = setups.standard

        def standard(*arguments: Any) -> setups.Standard:
            damage()
            return usual(*arguments)

        monkeypatch.setattr(checked, "standard", standard)

    return plan


@pytest.mark.parametrize("what", DAMAGES)
def test_data_that_is_damaged_before_the_run_is_a_fault(
    check: Check, here: Path, after_preparing: Callable[[Damage], None], what: str
) -> None:
    damage, words = DAMAGES[what]
    after_preparing(damage)
    actors = Actors()
    grade = assert_fault(check(actors), words, "Put it back")
    assert grade["score"] is None
    assert actors.jobs == []  # nothing was run on it
    assert_clean(here)


@pytest.mark.parametrize("what", DAMAGES)
def test_data_that_is_damaged_during_the_run_is_a_fault(
    check: Check, grader: Check, here: Path, what: str
) -> None:
    damage, words = DAMAGES[what]

    def student(job: Job) -> ProcessEnd:
        damage()
        return train_honestly(job).model_copy(update={"stdout": "Epoch 1\n"})

    assert assert_fault(check(Actors(student)), words, "Put it back")["score"] is None
    assert (here / "results/lab1/lab/stdout.txt").read_text() == "Epoch 1\n"
    assert_regraded(grader)
    write_mnist(here / "data", TRAIN, VALID)
    assert check(Actors()).code in (0, 1)


def test_a_program_that_cannot_find_the_data_because_it_vanished_is_not_to_blame(
    check: Check, here: Path
) -> None:
    class Vanishing(Plain):
        def run(self, job: Job, watch: Watch | None = None) -> ProcessEnd:
            (here / LABELS).unlink()
            return super().run(job, watch)

    (here / "lab.py").write_text(f"open('{LABELS}')\n")
    grade = assert_fault(check(Vanishing()), f"{LABELS} is missing")
    assert (grade["score"], grade["run"]["outcome"]) == (None, "fault")


@pytest.mark.parametrize("gone", ["images.npy", "labels.npy"])
def test_a_cache_that_is_cleared_during_the_run_costs_nothing(
    check: Check, here: Path, gone: str
) -> None:
    def student(job: Job) -> ProcessEnd:
        for path in (here / "GRADER_CACHE_HOME/arrays").rglob(gone):
            path.unlink()
        return train_honestly(job)

    expected = check(Actors(), "--json")
    assert check(Actors(student), "--json") == expected


def test_a_course_that_goes_away_during_the_run_costs_nothing(
    check: Check, grader: Check, here: Path, tmp_path: Path
) -> None:
    course = tmp_path / "course"
    shutil.copytree(Path(__file__).parents[2] / "assignments", course / "assignments")
    shutil.copytree(Path(__file__).parents[2] / "rubrics", course / "rubrics")

    def student(job: Job) -> ProcessEnd:
        shutil.rmtree(course)
        return train_honestly(job)

    expected = check(Actors(), "--json")
    assert check(Actors(student), "--course", course, "--json") == expected
    assert_regraded(grader)
