"""``action.yml``: every ``run:`` step in order, in a clean folder, with hostile names."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from action_runner import ACTION, BASH, EXPRESSION, ROOT, STEPS, Runner
from workflow_commands import read

BASELINES = ROOT / "tests/submissions/baselines"
FILE = "a $(touch owned) `id` ;|&<b>%0A::error::x.py"
STUDENT = "$(touch owned)"
TRAINS_NOTHING = "import torch\n\nprint('::error::owned')\nprint('x')\n"


def test_no_script_holds_an_expression_and_every_value_comes_by_the_environment() -> None:
    scripts = [step for step in STEPS if "run" in step]
    assert len(scripts) == 5
    for step in scripts:
        assert "${{" not in step["run"]
        assert step["shell"] == "bash"


def test_only_the_step_that_grades_runs_where_students_write() -> None:
    outside = [one["name"] for one in STEPS if "run" in one and "working-directory" not in one]
    assert outside == ["Grade"]


def test_what_is_used_of_others_is_pinned_to_a_version() -> None:
    used = [step["uses"] for step in STEPS if "uses" in step]
    assert len(used) == 4
    assert all(re.fullmatch(r"actions/[\w-]+@v\d+", one) for one in used)


def test_every_output_and_input_is_one_that_there_is() -> None:
    named = EXPRESSION.findall((ROOT / "action.yml").read_text())
    inputs = {name.removeprefix("inputs.") for name in named if name.startswith("inputs.")}
    assert inputs <= set(ACTION["inputs"])
    assert {one["description"] == "" for one in ACTION["inputs"].values()} == {False}
    for name, output in ACTION["outputs"].items():
        assert output["value"] == f"${{{{ steps.gate.outputs.{name} }}}}"


def test_the_report_is_kept_whatever_came_of_it() -> None:
    last = STEPS[-1]
    assert last["if"].startswith("always()")
    assert last["with"]["path"] == "${{ steps.gate.outputs.artifacts }}"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course, with what the reference measured on the tiny data."""
    folder = tmp_path_factory.mktemp("course")
    for name in ("assignments", "rubrics"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.rmtree(folder / "rubrics/baselines")
    (folder / "rubrics/baselines").mkdir()
    for slug in ("lab1", "lab2", "lab3"):
        target = folder / f"rubrics/baselines/{slug}.custom.json"
        shutil.copy(BASELINES / f"{slug}.practice.json", target)
    return folder


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory, course: Path) -> Runner:
    """A job that has run: the work of somebody hostile, below a folder of a hostile name."""
    from grader.data.locate import practice_folder
    from grader.data.practice import PracticeSize

    made = Runner(
        tmp_path_factory.mktemp("job"),
        {
            "assignment": "lab1",
            "path": "./my work",
            "data": str(practice_folder(PracticeSize.TINY)),
            "course": str(course),
            "isolation": "0",
        },
    )
    work = made.workspace / "my work"
    work.mkdir()
    (work / FILE).write_text(TRAINS_NOTHING)
    for name in ("pip", "venv", "torch", "grader", "sitecustomize"):
        for place in (made.workspace, work / "tests"):
            place.mkdir(exist_ok=True)
            (place / f"{name}.py").write_text("open('owned', 'w')\n")
    made.run()
    return made


@pytest.mark.training
def test_every_step_does_what_it_says_and_the_last_one_is_red(runner: Runner) -> None:
    wanted = dict.fromkeys([one["name"] for one in STEPS if "run" in one], 0) | {"Grade": 1}
    assert runner.codes == wanted, runner.printed
    assert re.match(r"grader \d", runner.printed["Install the grader"].splitlines()[-1])
    assert "no data is fetched" in runner.printed["Data"]
    assert runner.outputs["places"]["key"].count("-") == 2


@pytest.mark.training
def test_the_outputs_say_what_came_of_it(runner: Runner) -> None:
    said = runner.outputs["gate"]
    assert set(said) == set(ACTION["outputs"])
    assert (said["passed"], said["exit-code"], said["max-score"]) == ("false", "1", "100")
    assert Path(said["report"]).is_file()
    assert Path(said["artifacts"]).parent == runner.folder / "temp/grader/lab1"


@pytest.mark.training
def test_hostile_names_reach_the_platform_as_text_alone(runner: Runner) -> None:
    commands = read(runner.printed["Grade"])
    assert commands
    assert {one.properties["file"] for one in commands} == {f"my work/{FILE}"}
    assert {one.name for one in commands} <= {"error", "warning", "notice"}
    assert not [one for one in commands if one.message == "owned"]
    assert "<b>" not in (runner.folder / "summary").read_text()


@pytest.mark.training
def test_nothing_of_a_repository_ran_outside_the_sandbox(runner: Runner) -> None:
    assert not list(runner.folder.rglob("owned"))
    assert not (runner.folder / "env").exists()
    assert not (runner.folder / "path").exists()


@pytest.mark.training
def test_root_is_asked_for_the_sandbox_alone(runner: Runner) -> None:
    asked = (runner.folder / "sudo").read_text().splitlines()
    allowed = ("-n true", "-n apt-get update", "-n apt-get install", "-n sysctl")
    assert all(line.startswith(allowed) for line in asked)


def test_a_hostile_student_is_a_mistake_that_the_platform_shows(runner: Runner) -> None:
    again = Runner(runner.folder, runner.inputs | {"student": STUDENT})
    again.outputs["places"] = runner.outputs["places"]
    (step,) = [one for one in STEPS if one["name"] == "Grade"]
    assert again._step("again", step) == 2
    assert again.outputs["again"]["exit-code"] == "2"
    (one,) = read(again.printed["Grade"])
    assert "cannot name a folder" in one.message
    assert not list(runner.folder.rglob("owned"))


def templates() -> list[Path]:
    return sorted((ROOT / "assignments").glob("*/ci/*.yml"))


@pytest.mark.parametrize("path", templates(), ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_a_template_uses_what_there_is(path: Path) -> None:
    document = yaml.safe_load(path.read_text())
    slug = path.parts[-3]
    if path.stem == "gitlab":
        job = document[document[slug]["extends"]]
        assert f"ci {slug} " in " ".join(job["script"])
        assert document[f".{slug}-gpu"]["variables"]["DEVICE"] == "cuda"
        assert job["artifacts"]["when"] == "always"
        reports = job["artifacts"]["reports"]
        assert reports["codequality"] == "grader-report/gl-code-quality-report.json"
        assert reports["junit"] == "grader-report/junit.xml"
        return
    step = document["jobs"]["grade"]["steps"][-1]
    assert document["permissions"] == {"contents": "read"}
    assert step["uses"] == "COURSE/lab-grader@VERSION"
    assert step["with"]["assignment"] == slug
    assert set(step["with"]) <= set(ACTION["inputs"])


def test_the_labs_have_the_same_templates() -> None:
    def texts(slug: str) -> dict[str, str]:
        folder = ROOT / "assignments" / slug / "ci"
        found = {path.name: path.read_text() for path in folder.iterdir()}
        number = slug.removeprefix("lab")
        return {
            name: text.replace(slug, "LAB").replace(f"lab {number}", "LAB")
            for name, text in found.items()
        }

    assert texts("lab2") == texts("lab3")
    assert set(texts("lab1")) == set(texts("lab2"))
    for name in ("gitlab.yml", "github-gpu.yml", "grader.toml"):
        assert texts("lab1")[name] == texts("lab2")[name]


def test_the_job_of_gitlab_ends_as_the_gate_and_leaves_its_reports(tmp_path: Path) -> None:
    """Its script, on a repository whose ``grader.toml`` was softened and whose report is a link."""
    job = yaml.safe_load((ROOT / "assignments/lab1/ci/gitlab.yml").read_text())[".lab1"]
    project, own = tmp_path / "ada", tmp_path / "own"
    for folder in (project, own):
        folder.mkdir()
    (project / "grader.toml").write_text("pass_mark = 0\n")
    (project / "grader-report").symlink_to(own)
    command = f"{sys.executable} -P -m grader"
    lines = [line.replace("/opt/grader/bin/grader", command) for line in job["script"]]
    done = subprocess.run(
        [*BASH, "-c", "\n".join(lines)],
        cwd=project,
        env={
            name: os.environ[name] for name in ("PATH", "HOME", "PYTHONPATH") if name in os.environ
        }
        | {"CI_PROJECT_DIR": str(project), "DATA": str(tmp_path), "DEVICE": "cpu"}
        | {"PIP_CACHE_DIR": str(tmp_path / "none"), "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert list(own.iterdir()) == []
    (one,) = json.loads((project / "grader-report/gl-code-quality-report.json").read_text())
    assert one["location"] == {"path": "grader.toml", "lines": {"begin": 1}}
    assert "remove 'pass_mark'" in one["description"]
    assert one["severity"] == "major"
