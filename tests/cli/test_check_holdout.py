"""``grader check --holdout``: what is refused, with which sentence."""

from pathlib import Path

import pytest
from data_files import write_mnist
from endings import Command
from fakes import Actors, use


@pytest.fixture(autouse=True)
def _data(here: Path) -> None:
    write_mnist(here / "data", 40, 40)


def test_a_share_out_of_bounds_is_refused_in_one_sentence(grader: Command) -> None:
    code, _, err = grader("check", "lab1", "lab.py", "--holdout", "1.5")
    assert code == 2
    assert err.count("\n") == 1
    assert "--holdout 1.5 is not a share of the validation images that can be held out" in err
    assert "give a number from 0.05 to 0.5" in err


def test_without_isolation_it_is_refused_and_the_override_is_named(
    grader: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    actors = Actors(level=0)
    use(monkeypatch, actors)
    code, _, err = grader("check", "lab1", "lab.py", "--holdout", "0.2")
    assert code == 2
    assert err.count("\n") == 1
    assert "--holdout needs isolation level 2 or above" in err
    assert "--isolation 0 added to the command" in err
    assert actors.jobs == []


def test_with_the_override_it_runs_and_warns(
    grader: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    actors = Actors(level=0)
    use(monkeypatch, actors)
    _, out, err = grader("check", "lab1", "lab.py", "--holdout", "0.2", "--isolation", "0")
    assert actors.jobs
    assert "of the 40 validation images" in out
    assert "not isolated" in err
