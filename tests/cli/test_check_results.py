"""``grader check`` around the run: what it warns of, and whose result it may replace."""

from pathlib import Path

import pytest
from data_files import write_mnist
from endings import Command
from fakes import TRAIN, VALID, Actors, train_honestly, use


@pytest.mark.parametrize(("level", "warned"), [(0, True), (3, False)])
def test_a_run_without_isolation_is_warned_of_before_it_starts(
    grader: Command, here: Path, monkeypatch: pytest.MonkeyPatch, level: int, warned: bool
) -> None:
    write_mnist(here / "data", TRAIN, VALID)
    use(monkeypatch, Actors(train_honestly, level=level))
    _, _, err = grader("check", "lab1", "lab.py", "--json")
    assert ("not isolated" in err) is warned


def test_the_same_name_from_another_place_is_refused_and_nothing_is_lost(
    grader: Command, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_mnist(here / "data", TRAIN, VALID)
    use(monkeypatch, Actors(train_honestly))
    for name in ("ada", "bob"):
        (here / name).mkdir()
        (here / name / "lab.py").write_text(f"# {name}\n")
    first, _, _ = grader("check", "lab1", "ada/lab.py")
    kept = (here / "results/lab1/lab/grade.json").read_text()
    again, _, _ = grader("check", "lab1", "ada/lab.py")
    code, _, err = grader("check", "lab1", "bob/lab.py")
    assert (first, again, code) == (first, first, 2)
    assert "holds the result of another submission" in err
    assert (here / "results/lab1/lab/grade.json").read_text() == kept
    named, _, _ = grader("check", "lab1", "bob/lab.py", "--student", "bob")
    assert named == first
