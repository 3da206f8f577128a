"""The command line: exit codes, one sentence for every mistake, nothing heavy for help."""

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml
from builders import criterion, evidence, expectation, rubric
from endings import mistake

from grader import __version__
from grader.checks import CHECKS
from grader.cli.show import exit_code, inert
from grader.errors import Fault
from grader.reports.headline import headline
from grader.sandbox.choose import Chosen, isolation_of
from grader.sandbox.plain import Plain
from grader.scoring import score

RUBRIC = {"schema": 1, "assignment": "lab1", "pass_mark": 0.5, "criteria": [criterion("runs")]}


@pytest.fixture
def here(here):
    """The directory holds a rubric, too."""
    (here / "rubric.yaml").write_text(yaml.safe_dump(RUBRIC))
    return here


HEAVY = ("torch", "torchvision", "matplotlib", "nbclient", "pandas", "IPython", "nbconvert")
LOOK = (
    "import sys; from grader.cli.main import main\n"
    "try: main()\n"
    "except SystemExit as ended: code = ended.code\n"
    f"found = [name for name in {HEAVY!r} if name in sys.modules]\n"
    "print('CODE', code, 'FOUND', found)"
)


@pytest.mark.parametrize(
    "arguments", [["--help"], ["check", "--help"], ["rubric", "schema"], ["--version"]]
)
def test_help_loads_nothing_heavy(arguments):
    done = subprocess.run(
        [sys.executable, "-c", LOOK, *arguments], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "CODE 0 FOUND []"


def test_the_package_is_a_command():
    done = subprocess.run(
        [sys.executable, "-m", "grader", "check", "lab1", "nothing.py"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: there is nothing at nothing.py")
    assert done.stderr.count("\n") == 1


def test_help_names_every_command(grader):
    code, out, _ = grader("--help")
    assert code == 0
    for name in ("check", "regrade", "report", "calibrate", "data", "doctor", "demo", "rubric"):
        assert name in out


def test_the_version_is_said(grader):
    assert grader("--version") == (0, f"grader {__version__}\n", "")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["data"],
        ["nonsense"],
        ["check"],
        ["check", "lab1"],
        ["check", "lab1", "lab.py", "--isolation", "9"],
        ["check", "lab1", "lab.py", "--seed", "-1"],
        ["check", "lab1", "lab.py", "--seed", "x"],
        ["check", "lab1", "lab.py", "--timeout", "0"],
        ["check", "lab1", "lab.py", "--nonsense"],
        ["calibrate", "lab1", "--seeds", "1"],
        ["data", "nonsense"],
    ],
)
def test_a_wrong_command_is_the_callers_mistake(grader, arguments):
    code, out, err = grader(*arguments)
    assert (code, out) == (2, "")
    assert "Traceback" not in err
    assert err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["check", "lab1", "nothing.py"], "there is nothing at nothing.py"),
        (["check", "lab1", "rubric.yaml"], "neither a .py script"),
        (["check", "lab9", "lab.py"], "it has lab1, lab2, lab3"),
        (["check", "lab1", "lab.py"], "grader data fetch"),
        (["check", "lab2", "lab.py", "--data", "nowhere"], "there is no ASL data in nowhere"),
        (["check", "lab1", "lab.py", "--course", "nowhere"], "nowhere is no course"),
        (["check", "lab1", "lab.py", "--out", "lab.py"], "choose another with --out"),
        (["check", "lab1", "lab.py", "--out", "lab.py/x"], "choose another with --out"),
        (["check", "lab1", "lab.py", "--device", "tpu"], "tpu"),
        (["check", "lab1", "lab.py", "--student", "../bob"], "cannot name a folder"),
        (["check", "lab1", "lab.py", "--student", ""], "cannot name a folder"),
        (["regrade", "nowhere"], "holds no results"),
        (["report", "."], "holds no results"),
        (["data", "import", "nowhere.zip"], "there is nothing at nowhere.zip"),
        (["data", "import", "lab.py"], "holds none of the files"),
        (["data", "practice", "."], "is not empty"),
        (["data", "practice", "lab.py"], "name a new folder where you may write"),
        (["data", "practice", "lab.py/data"], "name a new folder where you may write"),
        (["doctor", "--course", "nowhere"], "nowhere is no course"),
        (["rubric", "check", "nowhere.yaml"], "there is no rubric at nowhere.yaml"),
        (["rubric", "check", "."], "cannot be read"),
        (["calibrate", "lab9"], "there is no assignment 'lab9'"),
    ],
)
def test_a_mistake_is_one_sentence_with_the_remedy(grader, arguments, words):
    assert words in mistake(grader(*arguments))


def test_an_ambiguous_folder_lists_the_candidates(grader, here):
    (here / "other.py").write_text("y = 1\n")
    assert "(lab.py, other.py): name the one to grade" in mistake(grader("check", "lab1", here))


def test_nothing_is_written_outside_the_results_for_a_hostile_name(grader, here):
    mistake(grader("check", "lab1", "lab.py", "--student", "../../bob", "--out", "out"))
    assert not (here / "out").exists()


BROKEN = {
    "not YAML": ("criteria: [", "not valid YAML"),
    "unknown key": (RUBRIC | {"colour": 1}, "colour"),
    "unknown check": (RUBRIC | {"criteria": [criterion("a", "nonsense")]}, "use one of"),
    "wrong parameter": (
        RUBRIC | {"criteria": [criterion("a", "claims_agree", **{"with": {"tolerance": 9}})]},
        "wrong parameter tolerance",
    ),
    "unknown assignment": (RUBRIC | {"assignment": "lab9"}, "lab9"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_rubric_is_found_before_anything_runs(grader, here, monkeypatch, name):
    from data_files import write_mnist

    from grader.pipeline import run, setup

    document, words = BROKEN[name]
    text = document if isinstance(document, str) else yaml.safe_dump(document)
    (here / "broken.yaml").write_text(text)
    assert words in mistake(grader("rubric", "check", "broken.yaml"))
    write_mnist(here / "data")
    monkeypatch.setattr(setup, "choose", lambda _: Chosen(Plain(), isolation_of(Plain())))
    monkeypatch.setattr(run, "execute", None)
    assert words in mistake(grader("check", "lab1", "lab.py", "--rubric", "broken.yaml"))


@pytest.mark.parametrize("slug", ["lab1", "lab2", "lab3"])
def test_our_rubrics_are_right(grader, slug):
    rubrics = Path(__file__).parents[2] / "rubrics"
    code, out, err = grader("rubric", "check", rubrics / f"{slug}.yaml")
    assert (code, err) == (0, "")
    assert out.endswith("100 points, passed from 70\n")


def test_the_schema_of_rubrics_is_printed(grader):
    code, out, _ = grader("rubric", "schema")
    assert code == 0
    schema = json.loads(out)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(RUBRIC, schema)
    assert all(f'"{name}"' in out for name in CHECKS)


def test_another_course_brings_its_own_checks(grader, course):
    rules = course / "rubrics/lab9.yaml"
    assert grader("rubric", "check", rules, "--course", course)[0] == 0
    assert '"always"' in grader("rubric", "schema", "--course", course)[1]
    assert "lab9" in mistake(grader("rubric", "check", rules))


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (Fault("the disk is full"), 3, "fault: the disk is full. This is the grader's own"),
        (KeyboardInterrupt(), 130, "Interrupted."),
        (ZeroDivisionError("by zero"), 3, "fault: ZeroDivisionError: by zero"),
        (BrokenPipeError(32, "Broken pipe"), 3, ""),
    ],
)
def test_every_ending_is_a_documented_code(grader, monkeypatch, error, code, words):
    from grader.data import status

    def fail():
        raise error

    monkeypatch.setattr(status, "status", fail)
    found, _, err = grader("data", "status")
    assert found == code
    assert words in err
    assert "Traceback" not in err


def test_an_unknown_failure_leaves_a_log_to_report(grader, monkeypatch):
    from grader.data import status

    def fail():
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(status, "status", fail)
    err = grader("data", "status")[2]
    log = Path(err.split(" report it with ")[1].strip())
    assert "Traceback" in log.read_text()
    assert f"grader {__version__}" in log.read_text()
    log.unlink()


def grade(points, **changes):
    found = score(evidence(), rubric(criterion("a", points=10)), expectation(), CHECKS)
    return found.model_copy(update={"score": points, "passed": bool(points), **changes})


@pytest.mark.parametrize(
    ("found", "code", "words"),
    [
        (grade(10.0), 0, "10 of 10 points, passed"),
        (grade(0.0), 1, "0 of 10 points, not passed yet"),
        (grade(10.0, provisional=True, needs_review=True), 3, "provisional, needs review"),
        (grade(None, provisional=True, needs_review=True), 3, "No score"),
    ],
)
def test_the_code_of_a_grade_says_whether_it_passed(found, code, words):
    assert exit_code(found) == code
    assert words in headline(found)


def test_what_a_student_wrote_cannot_steer_the_terminal():
    assert inert("a\x1b[31mb\u202ec\x00[bold]d").plain == "a [31mb c [bold]d"


def test_swapped_arguments_are_noticed(grader, here):
    (here / "lab.py").write_text("x = 1\n")
    code, _, err = grader("check", "lab.py", "lab1")
    assert code == 2
    assert "the lab comes first: grader check lab1 lab.py" in err


def test_a_sign_that_the_encoding_lacks_is_no_failure(here):
    done = subprocess.run(
        [sys.executable, "-m", "grader", "data", "status"],
        capture_output=True,
        check=False,
        env=os.environ | {"PYTHONIOENCODING": "cp1252"},
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"? practice data: always there" in done.stdout
