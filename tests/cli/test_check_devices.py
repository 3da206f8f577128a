"""``grader check --device``: what is not there is said before anything runs."""

import json
from pathlib import Path

import pytest
from data_files import write_mnist
from endings import Command, mistake
from fakes import TRAIN, VALID, Actors, list_gpus, use


@pytest.fixture
def actors(here: Path, monkeypatch: pytest.MonkeyPatch) -> Actors:
    """Actors in place of the sandboxes, and data for them."""
    write_mnist(here / "data", TRAIN, VALID)
    found = Actors()
    use(monkeypatch, found)
    return found


@pytest.mark.parametrize(("there", "asked"), [(0, "cuda"), (1, "cuda:1"), (2, "cuda:2")])
def test_a_gpu_that_is_not_there_is_one_sentence_before_anything_runs(
    grader: Command,
    actors: Actors,
    here: Path,
    monkeypatch: pytest.MonkeyPatch,
    there: int,
    asked: str,
) -> None:
    list_gpus(monkeypatch, there)
    said = mistake(grader("check", "lab1", "lab.py", "--device", asked))
    assert f"the device {asked} is not there" in said
    assert f"this machine has {there}" in said
    assert "use --device cpu" in said
    assert actors.jobs == []


def test_the_second_of_two_gpus_is_used_and_recorded(
    grader: Command, actors: Actors, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    list_gpus(monkeypatch, 2)
    _, out, err = grader("check", "lab1", "lab.py", "--device", "cuda:1", "--json")
    assert err == ""
    assert json.loads(out)["device"] == "cuda:1"
    assert [job.gpu for job in actors.jobs] == ["cuda:1", "cuda:1"]
