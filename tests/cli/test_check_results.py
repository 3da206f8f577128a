"""``grader check`` around the run: what it warns of, and whose result it may replace."""

from pathlib import Path

import pytest
from data_files import write_mnist
from endings import Command
from fakes import TRAIN, VALID, Actors, train_honestly, use

from grader.model.run import Outcome, ProcessEnd


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
    assert not (here / "results/lab1/bob/earlier").exists()


@pytest.fixture
def ada(grader: Command, here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The result of ada, whose work actors play."""
    write_mnist(here / "data", TRAIN, VALID)
    use(monkeypatch, Actors(train_honestly))
    for place in ("first", "second"):
        (here / place).mkdir()
        (here / place / "lab.py").write_text(f"# {place}\n")
    grader("check", "lab1", "first/lab.py", "--student", "ada")
    return here / "results/lab1/ada"


def kept(folder: Path) -> list[str]:
    """The grades that lie in ``earlier``, in order."""
    return [path.read_text() for path in sorted(folder.glob("earlier/*/grade.json"))]


def test_a_named_resubmission_from_elsewhere_replaces_and_keeps_the_old_result(
    grader: Command, ada: Path
) -> None:
    old = (ada / "grade.json").read_text()
    code, out, _ = grader("check", "lab1", "second/lab.py", "--student", "ada")
    assert code != 2
    assert f"earlier results are kept in {Path('results/lab1/ada/earlier')}\n" in out
    assert kept(ada) == [old]
    assert (ada / "grade.json").read_text() != old
    again = grader("check", "lab1", "second/lab.py", "--student", "ada")[1]
    assert kept(ada) == [old]
    assert "earlier results are kept" in again


def test_a_failure_of_ours_replaces_no_run_for_good(
    grader: Command, ada: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = (ada / "grade.json").read_text()
    use(monkeypatch, Actors(lambda _: ProcessEnd(outcome=Outcome.FAULT, detail="No sandbox.")))
    assert grader("check", "lab1", "first/lab.py", "--student", "ada")[0] == 3
    assert kept(ada) == [run]
    use(monkeypatch, Actors(train_honestly))
    grader("check", "lab1", "first/lab.py", "--student", "ada")
    assert kept(ada) == [run]


def test_checking_ones_own_work_again_keeps_nothing_until_a_person_decides(
    grader: Command, ada: Path
) -> None:
    def again() -> str:
        return grader("check", "lab1", "first/lab.py", "--student", "ada")[1]

    assert "earlier results" not in again()
    who = ("--by", "Grace", "--note", "Odd.")
    assert grader("review", "results/lab1", "ada", "--reopen", *who)[0] == 0
    decided = (ada / "grade.json").read_text()
    assert "earlier results" in again()
    assert kept(ada) == [decided]
    assert "Grace" in decided
    assert "Decided" in grader("review", "results/lab1/ada/earlier", "1")[1]
    assert "1 graded again" in grader("regrade", "results/lab1")[1]
