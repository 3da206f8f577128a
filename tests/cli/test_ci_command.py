"""``grader ci``: every ending reaches the platform, and a repository cannot soften its gate."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest
from data_files import write_mnist
from endings import Command, Ended
from fakes import TRAIN, VALID, Actors, train_honestly, use

from grader.ci import path as gate_path
from grader.model.grade import Grade
from grader.model.run import Outcome, ProcessEnd
from grader.pipeline.checked import check_and_keep

Gate = Callable[..., Ended]


@pytest.fixture
def repository(here: Path) -> Path:
    """A repository that hands in one script, and is the current folder of the job."""
    folder = here / "ada-lab1"
    folder.mkdir()
    (folder / "lab.py").write_text("x = 1\n")
    return folder


@pytest.fixture
def gate(grader: Command, here: Path, repository: Path, monkeypatch: pytest.MonkeyPatch) -> Gate:
    """Run the command as GitHub's runner does; actors play both sandboxes."""
    write_mnist(here / "official", TRAIN, VALID)
    variables = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_WORKSPACE": str(repository),
        "GITHUB_STEP_SUMMARY": str(here / "summary"),
        "GITHUB_OUTPUT": str(here / "outputs"),
        "RUNNER_TEMP": str(here / "temporary"),
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(repository)
    use(monkeypatch, Actors())

    def run(*options: object) -> Ended:
        data = () if {"--data", "--practice"} & set(options) else ("--data", here / "official")
        return grader("ci", "lab1", ".", *data, *options)

    return run


def outputs(here: Path) -> dict[str, str]:
    """The outputs of the step."""
    lines = (here / "outputs").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines)


def annotations(out: str) -> list[str]:
    return [line for line in out.splitlines() if line.startswith("::")]


def test_a_grade_is_an_exit_code_a_summary_outputs_and_files(gate: Gate, here: Path) -> None:
    code, out, _ = gate()
    said = outputs(here)
    assert code in (0, 1)
    assert (said["exit-code"], said["passed"]) == (str(code), "true" if code == 0 else "false")
    assert (said["max-score"], said["needs-review"]) == ("100", "false")
    grade = json.loads(Path(said["grade"]).read_text())
    assert (grade["student"], f"{grade['score']:g}") == ("ada-lab1", said["score"])
    assert Path(said["report"]).read_text().startswith("<!doctype html>")
    assert ET.parse(said["junit"]).getroot().tag == "testsuites"  # noqa: S314 - our own
    quality = json.loads((Path(said["artifacts"]) / "gl-code-quality-report.json").read_text())
    assert len(quality) == len(annotations(out)) > 0
    assert "| points |" in (here / "summary").read_text()
    assert (Path(said["artifacts"]) / "summary.md").read_text() == (here / "summary").read_text()


def test_what_students_may_keep_holds_nothing_that_is_hidden(gate: Gate, here: Path) -> None:
    gate()
    shown = Path(outputs(here)["artifacts"])
    names = {path.name for path in shown.iterdir()}
    assert names == {"report.html", "junit.xml", "summary.md", "gl-code-quality-report.json"}


def test_nothing_is_written_into_the_repository(gate: Gate, repository: Path) -> None:
    gate()
    assert [path.name for path in repository.iterdir()] == ["lab.py"]


def test_elsewhere_no_annotations_are_printed_unless_asked_for(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "")
    assert annotations(gate()[1]) == []
    assert annotations(gate("--annotations")[1])


def test_gitlab_needs_no_variable_of_github(
    gate: Gate, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ACTIONS", "WORKSPACE", "STEP_SUMMARY", "OUTPUT"):
        monkeypatch.delenv(f"GITHUB_{name}")
    monkeypatch.delenv("RUNNER_TEMP")
    monkeypatch.setenv("CI_PROJECT_DIR", str(repository))
    out = repository.parent / "results"
    assert gate("--out", out)[0] in (0, 1)
    found = json.loads((out / "shown/gl-code-quality-report.json").read_text())
    assert {one["location"]["path"] for one in found} == {"lab.py"}
    assert len({one["fingerprint"] for one in found}) == len(found)
    gate("--out", out)
    assert json.loads((out / "shown/gl-code-quality-report.json").read_text()) == found


def test_a_mistake_of_the_caller_is_shown_by_the_platform(gate: Gate, here: Path) -> None:
    code, out, err = gate("--data", here / "nowhere")
    assert code == 2
    assert err.startswith("error: there is no MNIST data")
    (line,) = annotations(out)
    assert line.startswith("::error title=Not graded::there is no MNIST data")
    assert "there is no MNIST data" in (here / "summary").read_text()
    said = outputs(here)
    assert (said["exit-code"], said["passed"], said["score"]) == ("2", "false", "")
    assert (said["report"], said["grade"], said["junit"]) == ("", "", "")


def test_no_report_of_an_earlier_job_is_left_where_there_is_no_grade(
    gate: Gate, here: Path
) -> None:
    gate()
    gate("--data", here / "nowhere")
    names = {path.name for path in Path(outputs(here)["artifacts"]).iterdir()}
    assert names == {"summary.md", "gl-code-quality-report.json"}


def test_a_fault_of_ours_is_a_review_and_no_zero(
    gate: Gate, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = ProcessEnd(outcome=Outcome.FAULT, detail="The sandbox did not start.")
    use(monkeypatch, Actors(lambda _: broken, begins=False))
    code, out, _ = gate()
    assert code == 3
    assert not [line for line in annotations(out) if line.startswith("::error")]
    assert any("Needs review" in line for line in annotations(out))
    said = outputs(here)
    assert (said["needs-review"], said["passed"], said["score"]) == ("true", "false", "")
    assert "needs review" in (here / "summary").read_text()


def test_what_nobody_foresaw_is_shown_too(
    gate: Gate, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("by zero\n::warning::x")

    monkeypatch.setattr(gate_path, "check_and_keep", fail)
    code, out, err = gate()
    assert code == 3
    assert "ZeroDivisionError" in err
    (line,) = annotations(out)
    assert line.startswith("::error title=Not graded::by zero%0A::warning::x. This is the grader")
    assert outputs(here)["exit-code"] == "3"


def test_whoever_stops_a_gate_is_told_by_the_platform(
    gate: Gate, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(gate_path, "check_and_keep", stop)
    code, out, err = gate()
    assert (code, err) == (130, "Interrupted.\n")
    (line,) = annotations(out)
    assert line.startswith(
        "::error title=Not graded::the gate was stopped before there was a grade"
    )
    assert (outputs(here)["exit-code"], outputs(here)["passed"]) == ("130", "false")
    assert "lab1: stopped" in (here / "summary").read_text()


def test_a_gate_may_ask_for_every_point(
    gate: Gate, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def passed(*known: object, **named: object) -> tuple[Grade, Path]:
        grade, folder = check_and_keep(*known, **named)
        return grade.model_copy(update={"passed": True, "needs_review": False}), folder

    monkeypatch.setattr(gate_path, "check_and_keep", passed)
    code, out, _ = gate()
    assert (code, outputs(here)["passed"]) == (0, "true")
    assert not [line for line in annotations(out) if line.startswith("::error")]
    code, out, _ = gate("--require", "all")
    assert (code, outputs(here)["passed"]) == (1, "false")
    assert [line for line in annotations(out) if line.startswith("::error")]


def test_the_data_of_a_repository_is_never_graded_on(gate: Gate, here: Path) -> None:
    write_mnist(here / "ada-lab1/data", TRAIN, VALID)
    code, _, err = gate("--data", here / "nowhere")
    assert code == 2
    code, _, err = gate("--data", "data")
    assert code == 2
    assert "--data is data, inside the repository that is graded" in err


def test_without_a_choice_only_the_users_published_data_counts(
    grader: Command, gate: Gate, here: Path
) -> None:
    write_mnist(here / "ada-lab1/data", TRAIN, VALID)
    assert f"no MNIST data in {here / 'home'}:" in grader("ci", "lab1")[2]
    write_mnist(here / "home", TRAIN, VALID)
    code, _, err = grader("ci", "lab1")
    assert code == 2
    assert "is not the published one" in err


@pytest.mark.parametrize("option", ["--course", "--rubric", "--out"])
@pytest.mark.parametrize("through_a_link", [False, True])
def test_nothing_of_the_gate_lies_in_the_repository(
    gate: Gate, here: Path, repository: Path, option: str, through_a_link: bool
) -> None:
    (repository / "own").mkdir()
    (here / "link").symlink_to(repository / "own")
    code, out, err = gate(option, here / "link" if through_a_link else "own")
    assert code == 2
    assert f"{option} is" in err
    assert "a student can change it" in err
    assert list((repository / "own").iterdir()) == []
    assert len(annotations(out)) == 1


def test_a_course_that_the_environment_names_in_the_repository_is_refused(
    gate: Gate, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADER_COURSE", str(repository))
    assert "--course is" in gate()[2]


def test_without_walls_a_gate_is_closed(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    actors = Actors(train_honestly, level=0)
    use(monkeypatch, actors)
    code, _, err = gate()
    assert (code, actors.jobs) == (2, [])
    assert "a gate needs isolation level 2 or above" in err
    assert gate("--isolation", "0")[0] in (0, 1)


SOFTENED = '[files]\nlab1 = "lab.py"\n[rubric]\npass_mark = 0\n'


def test_a_softened_grader_toml_is_red_and_says_what_the_file_is_for(
    gate: Gate, here: Path, repository: Path
) -> None:
    (repository / "grader.toml").write_text(SOFTENED)
    code, out, err = gate()
    assert code == 2
    assert "grader.toml may only name files" in err
    (line,) = annotations(out)
    assert line.startswith("::error file=grader.toml,line=1,endLine=1,title=Not graded::")
    assert "may only name files" in (here / "summary").read_text().replace("&#46;", ".")


def test_which_file_is_graded(gate: Gate, here: Path, repository: Path) -> None:
    (repository / "other.py").write_text("y = 1\n")
    code, _, err = gate()
    assert code == 2
    assert "(lab.py, other.py)" in err
    assert 'or in grader.toml as lab1 = "FILE" below [files]' in err
    (repository / "grader.toml").write_text('[files]\nlab1 = "other.py"\n')
    assert gate()[0] in (0, 1)
    assert evidence(here)["submission"]["main"] == "other.py"
    gate("--main", "lab.py", "--student", "bob")
    assert evidence(here, "bob")["submission"]["main"] == "lab.py"


def evidence(here: Path, student: str = "ada-lab1") -> dict:
    path = here / "temporary/grader/lab1/grades" / student / "evidence.json"
    found: dict = json.loads(path.read_text())
    return found


def test_tests_in_a_repository_are_not_what_is_graded(gate: Gate, repository: Path) -> None:
    (repository / "tests").mkdir()
    (repository / "tests/test_lab.py").write_text("assert True\n")
    assert gate()[0] in (0, 1)


def test_a_file_is_no_repository(grader: Command, gate: Gate) -> None:
    assert "lab.py is no folder" in grader("ci", "lab1", "lab.py", "--practice")[2]


def test_a_summary_that_cannot_be_written_is_our_fault(
    gate: Gate, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(here / "nowhere/summary"))
    code, _, err = gate()
    assert code == 3
    assert "what came of the gate cannot be written" in err
    code, _, err = gate("--data", here / "nowhere")
    assert code == 2  # who made a mistake hears of that one
    assert err.startswith("error: there is no MNIST data")
