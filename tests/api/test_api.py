"""The interface for Python: what ``grader.grade`` and ``grader.read_results`` promise."""

import json
import signal
import subprocess
import sys
import threading
from contextlib import nullcontext
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from builders import evidence, expectation, rubric
from data_files import write_mnist
from fakes import TRAIN, VALID, Actors, train_honestly, use

import grader
from grader.checks import CHECKS
from grader.model.evidence import SubmissionRecord
from grader.model.submission import Kind
from grader.results.store import Logs, write_result
from grader.scoring import score


@pytest.fixture
def actors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Actors:
    """A directory with data and a submission, which actors run."""
    monkeypatch.setenv("GRADER_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GRADER_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("GRADER_COURSE", raising=False)
    monkeypatch.chdir(tmp_path)
    write_mnist(tmp_path / "data", TRAIN, VALID)
    (tmp_path / "ada.py").write_text("# the network of ada\n")
    backend = Actors(train_honestly)
    use(monkeypatch, backend)
    return backend


def stored(out: Path, student: str) -> Path:
    """A result of that student."""
    record = SubmissionRecord(
        student=student, kind=Kind.SCRIPT, main="lab.py", files=("lab.py",), sha256="1" * 64
    )
    found = evidence(submission=record)
    grade = score(found, rubric(), expectation(), CHECKS)
    return write_result(out, found, grade, {"report.html": "report"}, Logs("", "", None))


def test_a_grade_is_what_grade_json_holds_and_is_kept_where_asked(actors: Actors) -> None:
    grade = grader.grade("lab1", "ada.py", out="kept", reruns=0)
    assert isinstance(grade, grader.Grade)
    assert (grade.student, grade.assignment) == ("ada", "lab1")
    assert json.loads(Path("kept/ada/grade.json").read_text()) == grade.document()
    assert Path("kept/ada/report.html").is_file()


def test_nothing_is_kept_without_a_place(actors: Actors, tmp_path: Path) -> None:
    before = set(tmp_path.iterdir())
    grade = grader.grade("lab1", tmp_path / "ada.py", reruns=0)
    assert grade.criteria
    assert set(tmp_path.iterdir()) - before <= {tmp_path / "cache", tmp_path / "home"}


def test_it_works_in_a_thread_and_leaves_signals_alone(actors: Actors) -> None:
    before = {number: signal.getsignal(number) for number in signal.valid_signals()}
    grades: list[grader.Grade] = []
    thread = threading.Thread(
        target=lambda: grades.append(grader.grade("lab1", "ada.py", reruns=0))
    )
    thread.start()
    thread.join()
    assert [one.student for one in grades] == ["ada"]
    assert {number: signal.getsignal(number) for number in signal.valid_signals()} == before


def test_nothing_is_printed(actors: Actors, capfd: pytest.CaptureFixture[str]) -> None:
    grader.grade("lab1", "ada.py", reruns=0, isolation=0)
    assert capfd.readouterr() == ("", "")


def test_a_listener_hears_of_the_run(actors: Actors) -> None:
    class Heard:
        epochs: list[int | None] = []

        def listen(self, line: Any) -> None:
            self.epochs.append(line.epoch)

        def again(self, attempt: int) -> None:
            raise AssertionError("it is run once")

    grader.grade("lab1", "ada.py", reruns=0, listener=Heard())
    assert 1 in Heard.epochs


@pytest.mark.parametrize(("level", "isolation", "warned"), [(0, None, 1), (0, 0, 0), (3, None, 0)])
def test_a_run_without_isolation_is_warned_of_unless_it_is_meant(
    actors: Actors, level: int, isolation: int | None, warned: int
) -> None:
    actors.level = level
    with pytest.warns(RuntimeWarning, match="not isolated") if warned else nullcontext():
        grader.grade("lab1", "ada.py", reruns=0, isolation=isolation)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"assignment": "lab7"}, "there is no assignment 'lab7'"),
        ({"submission": "nobody.py"}, "nobody.py"),
        ({"seed": -1}, "seed cannot be -1: give 0 to 4294967295"),
        ({"isolation": 4}, "isolation cannot be 4: give 0 to 3"),
        ({"timeout_s": 0}, "timeout_s cannot be 0: give 1 or more"),
        ({"threads": 0}, "threads cannot be 0: give 1 or more"),
        ({"reruns": 3}, "reruns cannot be 3: give 0 to 2"),
        ({"limits": {"patience": 1}}, "there is no limit 'patience'"),
        ({"holdout": 2}, "holdout"),
        ({"data": "nowhere"}, "nowhere"),
    ],
)
def test_what_the_caller_has_to_change_is_a_caller_error(
    actors: Actors, options: dict[str, Any], said: str
) -> None:
    with pytest.raises(grader.CallerError, match=said):
        grader.grade(**{"assignment": "lab1", "submission": "ada.py"} | options)
    assert actors.jobs == []


def test_limits_reach_the_run(actors: Actors) -> None:
    grader.grade("lab1", "ada.py", reruns=0, limits={"memory_mb": 512}, timeout_s=60, threads=1)
    limits = actors.jobs[0].limits
    assert (limits.memory_mb, limits.wall_s, limits.threads) == (512, 60, 1)


def test_results_of_a_class_and_of_one_student_are_read(tmp_path: Path) -> None:
    for student in ("bob", "ada"):
        stored(tmp_path, student)
    found = grader.read_results(tmp_path)
    assert [one.student for one in found.members] == ["ada", "bob"]
    assert {one.standing for one in found.members} == {grader.Standing.PASSED}
    (alone,) = grader.read_results(str(tmp_path / "bob")).members
    assert alone.graded is not None
    assert alone.graded.grade.score == 10


def test_a_damaged_grade_is_told_and_stops_nobody_else(tmp_path: Path) -> None:
    stored(tmp_path, "ada")
    (stored(tmp_path, "bob") / "grade.json").write_text("{")
    found = grader.read_results(tmp_path)
    assert [one.student for one in found.members] == ["ada"]
    assert "bob cannot be read" in found.damaged[0]


def test_a_folder_without_results_is_the_callers_mistake(tmp_path: Path) -> None:
    with pytest.raises(grader.CallerError, match="holds no results"):
        grader.read_results(tmp_path)


def test_importing_loads_nothing_and_every_name_is_there() -> None:
    program = (
        "import sys, typing\n"
        "before = set(sys.modules)\n"
        "import grader\n"
        "print(*sorted(set(sys.modules) - before))\n"
        "assert all(getattr(grader, name) for name in grader.__all__)\n"
        "assert set(grader.__all__) <= set(dir(grader))\n"
        "import grader.api\n"
        "assert sorted(grader.api.__all__) == sorted(grader.__all__)\n"
        "heavy = {'torch', 'matplotlib', 'nbclient', 'pandas', 'typer'} & set(sys.modules)\n"
        "sys.exit(', '.join(heavy) or 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert (done.stdout.split(), done.returncode) == (["grader"], 0), done.stderr


def test_an_unknown_name_is_an_ordinary_mistake() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        grader.nothing  # noqa: B018 - asking is the point


def test_type_checkers_may_read_the_package() -> None:
    assert (files("grader") / "py.typed").is_file()
