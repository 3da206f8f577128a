"""``pytest --grade``: what is collected, and that nothing of a submission ever runs in pytest."""

import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import pytest
from played import Grader, Session

ROOT = Path(__file__).parent.parent.parent
EVIL = "open('owned', 'w').close()\n"


def test_collecting_runs_nothing(session: Session, actor: Grader) -> None:
    code, out = session("--co", "-q", "lab.py")
    assert (code, actor.asked) == (0, [])
    names = ("completes", "accuracy", "claims", "not-shown")
    assert out.splitlines()[:4] == [f"lab.py::{name}" for name in names]


def test_one_criterion_can_be_chosen_by_its_id(session: Session, actor: Grader) -> None:
    _, out = session("-v", "lab.py::accuracy", "lab.py::claims")
    assert "2 passed" in out
    assert "lab.py::claims PASSED" in out
    _, out = session("-v", "lab.py", "-k", "accuracy")
    assert "1 passed, 3 deselected" in out


def test_a_folder_is_one_submission_and_its_criteria_can_be_chosen(
    session: Session, actor: Grader, here: Path
) -> None:
    (here / "ada").mkdir()
    (here / "ada/lab.py").write_text("import helper\n")
    (here / "ada/helper.py").write_text(EVIL)
    code, out = session("-v", "ada::accuracy", "lab.py")
    assert (code, actor.asked) == (0, ["lab.py", "ada"]) or actor.asked == ["ada", "lab.py"]
    assert "ada::accuracy PASSED" in out
    assert "5 passed" in out


def test_without_a_path_the_folder_itself_is_graded(
    session: Session, actor: Grader, here: Path
) -> None:
    code, out = session()
    assert (code, actor.asked) == (0, [here.name])
    assert "4 passed" in out


def test_several_submissions_are_graded_once_each(
    session: Session, actor: Grader, here: Path
) -> None:
    (here / "bob.py").write_text("x = 1\n")
    code, out = session("lab.py", "bob.py", "lab.py")
    assert (code, sorted(actor.asked)) == (0, ["bob.py", "lab.py"])
    assert "8 passed" in out


def test_nothing_of_a_submission_is_imported(session: Session, actor: Grader, here: Path) -> None:
    work = here / "class" / "ada"
    work.mkdir(parents=True)
    (work / "test_lab.py").write_text(EVIL)
    for folder in (here, here / "class", work):
        (folder / "conftest.py").write_text(EVIL)
        (folder / "__init__.py").write_text(EVIL)
    code, out = session("class/ada/test_lab.py", "lab.py", "--doctest-modules")
    assert (code, "8 passed" in out) == (0, True)
    code, _ = session("class/ada", "--grade-main", "test_lab.py", "--doctest-modules")
    assert (code, actor.asked[-1]) == (0, "ada")
    assert not list(here.rglob("owned"))


def test_settings_beside_a_submission_are_refused_unless_they_are_the_callers(
    session: Session, actor: Grader, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "ada").mkdir()
    (here / "ada/lab.py").write_text("x = 1\n")
    settings = here / "ada/pytest.ini"
    settings.write_text("[pytest]\naddopts = --grade-reruns 0\n")
    code, out = session("ada/lab.py")
    assert (code, actor.asked) == (4, [])
    assert f"{settings} lies beside the submission" in out
    (here / "own.ini").write_text("[pytest]\n")
    assert session("-c", "own.ini", "ada/lab.py")[0] == 0
    assert session("--config-file=own.ini", "ada/lab.py")[0] == 0
    monkeypatch.chdir(here / "ada")
    assert session("lab.py")[0] == 0


@pytest.mark.parametrize("more", ["-c ada/pytest.ini", "--debug=kept.txt", "-p cacheprovider"])
def test_settings_of_a_student_cannot_make_themselves_the_callers_nor_write_a_file(
    session: Session, actor: Grader, here: Path, more: str
) -> None:
    (here / "ada").mkdir()
    (here / "ada/lab.py").write_text("x = 1\n")
    (here / "ada/pytest.ini").write_text(f"[pytest]\naddopts = {more}\n")
    (here / "kept.txt").write_text("kept")
    code, out = session("ada/lab.py")
    assert (code, actor.asked, "Traceback" in out) == (4, [], False)
    assert (here / "kept.txt").read_text() == "kept"


def test_a_module_that_settings_name_has_run_before_they_are_refused_and_that_is_said(
    session: Session, actor: Grader, here: Path
) -> None:
    """No plugin can prevent it: pytest imports such a module before it asks one."""
    (here / "ada").mkdir()
    (here / "ada/lab.py").write_text("x = 1\n")
    (here / "ada/evil_of_ada.py").write_text(EVIL)
    settings = "[pytest]\naddopts = -p evil_of_ada\npythonpath = .\n"
    (here / "ada/pytest.ini").write_text(settings)
    (here / "own.ini").write_text("[pytest]\n")
    assert session("-c", "own.ini", "ada/lab.py")[0] == 0
    assert not (here / "owned").exists()
    code, out = session("ada/lab.py")
    assert (here / "owned").exists()
    assert code == 4
    assert "code that it names may have run already, with your rights" in out


def test_a_project_file_that_says_nothing_of_pytest_is_no_setting(
    session: Session, here: Path
) -> None:
    (here / "ada").mkdir()
    (here / "ada/lab.py").write_text("x = 1\n")
    (here / "ada/pyproject.toml").write_text("[project]\nname = 'ada'\n")
    assert session("ada/lab.py")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["lab.py::nothing"], "there is no criterion 'nothing': name one of completes, accuracy"),
        (["nowhere.py"], "there is nothing at nowhere.py: name a script, notebook, folder or zip"),
        (["lab.py", "."], "lab.py is part of another submission that is named: name one"),
        (["lab.py", "--grade", "lab7"], "there is no assignment 'lab7'"),
        (["lab.py", "--grade-rubric", "lab.py"], "the rubric lab.py"),
        (["ev\x1bil.py"], r"the name 'ev\x1bil.py' has signs that cannot be shown: rename it"),
    ],
)
def test_what_the_caller_has_to_change_is_one_sentence(
    session: Session, actor: Grader, here: Path, arguments: list[str], said: str
) -> None:
    (here / "ev\x1bil.py").write_text("x = 1\n")
    code, out = session(*arguments)
    assert (code, actor.asked) == (4, [])
    assert f"ERROR: {said}" in out or (said in out and "ERROR: " in out)
    assert "Traceback" not in out


def test_what_is_no_submission_is_said_when_collecting(
    session: Session, actor: Grader, here: Path
) -> None:
    (here / "two").mkdir()
    for name in ("a.py", "b.py"):
        (here / "two" / name).write_text("x = 1\n")
    code, out = session("two")
    assert (code, actor.asked) == (2, [])
    assert "two holds several candidates (a.py, b.py): name the one to grade with " in out
    assert "with --grade-main" in " ".join(out.split())
    assert "Traceback" not in out


def test_nothing_is_left_behind(
    session: Session, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = here / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    session("lab.py")
    assert list(temporary.iterdir()) == []


def test_pytest_finds_the_plugin_and_loads_nothing_of_ours_with_it() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["entry-points"]["pytest11"] == {"grader": "grader.pytest_plugin"}
    program = (
        "import sys, pytest\n"
        "before = set(sys.modules)\n"
        "import grader.pytest_plugin\n"
        "print(*sorted(set(sys.modules) - before))\n"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["grader", "grader.pytest_plugin"]
