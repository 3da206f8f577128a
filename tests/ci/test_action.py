"""``action.yml``: every ``run:`` step in order, in a clean folder, with hostile names."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from action_runner import ACTION, BASH, EXPRESSION, ROOT, STEPS, Runner
from workflow_commands import read

BASELINES = ROOT / "tests/submissions/baselines"
FILE = "a $(touch owned) `id` ;|&<b>%0A::error::x.py"
STUDENT = "$(touch owned)"
TIME = re.compile(r"(?:timeout|TIMEOUT|minutes|may take):? (?:\d+[hm]? ?)+")
LENGTH = re.compile(r"(\d+)([hm])")
MEASURING_AND_INSTALLING_S = 1800
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
    assert len(used) == 6
    assert all(re.fullmatch(r"actions/[\w-]+(/[\w-]+)?@v\d+", one) for one in used)


def test_every_output_and_input_is_one_that_there_is() -> None:
    named = EXPRESSION.findall((ROOT / "action.yml").read_text())
    inputs = {name.removeprefix("inputs.") for name in named if name.startswith("inputs.")}
    assert inputs <= set(ACTION["inputs"])
    assert {one["description"] == "" for one in ACTION["inputs"].values()} == {False}
    for name, output in ACTION["outputs"].items():
        step = "places" if name == "command" else "gate"
        assert output["value"] == f"${{{{ steps.{step}.outputs.{name} }}}}"


def test_the_report_is_kept_whatever_came_of_it() -> None:
    last = STEPS[-1]
    assert last["if"].startswith("always()")
    assert last["with"]["path"] == "${{ steps.gate.outputs.artifacts }}"


def step(name: str) -> dict[str, Any]:
    (found,) = [one for one in STEPS if one["name"] == name]
    return found


def test_what_was_fetched_is_kept_before_a_step_can_end_red() -> None:
    names = [one["name"] for one in STEPS]
    for fetched, kept, found in (
        ("Install the grader", "Keep the packages", "Packages of an earlier job"),
        ("Data", "Keep the data", "Data of an earlier job"),
    ):
        assert names.index(kept) in (names.index(fetched) + 1, names.index("Grade") - 1)
        save, restore = step(kept), step(found)
        assert save["uses"].startswith("actions/cache/save@")
        assert restore["uses"].startswith("actions/cache/restore@")
        assert save["with"]["path"] == restore["with"]["path"]
        named = f"${{{{ steps.{restore['id']}.outputs.cache-primary-key }}}}"
        assert save["with"]["key"] == named
        assert restore["if"] in save["if"]
        assert "cache-hit != 'true'" in save["if"]
    assert "inputs.assignment" in step("Data of an earlier job")["with"]["key"]


def ran(folder: Path, name: str, programs: Mapping[str, str], **inputs: str) -> Runner:
    """A machine on which one step ran, with such programs in the installed environment."""
    made = Runner(folder, {"assignment": "lab1", **inputs})
    (folder / "env/bin").mkdir(parents=True)
    for program, text in programs.items():
        (folder / program).write_text(f"#!/bin/sh\n{text}\n")
        (folder / program).chmod(0o755)
    places = {place: str(folder / place) for place in ("packages", "data")}
    made.outputs["places"] = {"environment": str(folder / "env"), **places}
    made._step("one", step(name))
    return made


@pytest.mark.parametrize(("cache", "wanted"), [("true", "packages"), ("false", "")])
def test_packages_go_to_the_kept_folder_only_where_they_are_kept(
    tmp_path: Path, cache: str, wanted: str
) -> None:
    said = 'echo "cache: $PIP_CACHE_DIR"'
    programs = {"programs/python3": "true", "env/bin/python": said, "env/bin/grader": "true"}
    found = ran(tmp_path, "Install the grader", programs, cache=cache)
    place = str(tmp_path / wanted) if wanted else ""
    assert found.printed["Install the grader"] == f"cache: {place}\n"


@pytest.mark.parametrize("name", ["archive.zip", "/own/archive.zip"])
def test_downloaded_data_is_named_from_the_workspace(tmp_path: Path, name: str) -> None:
    found = ran(tmp_path, "Data", {"env/bin/grader": 'echo "$3"'}, **{"import": name})
    assert found.printed["Data"].strip() == str(found.workspace / name)


def test_a_machine_of_ones_own_is_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("action_runner.MACHINE", "self-hosted")
    assert ran(tmp_path, "A sandbox", {}).codes == {"A sandbox": 0}
    assert not (tmp_path / "sudo").exists()


def test_the_gate_is_asked_for_what_the_workflow_says(tmp_path: Path) -> None:
    asked = {"require": "all", "timeout": "60", "reruns": "0"}
    found = ran(tmp_path, "Grade", {"env/bin/grader": 'echo "$@"'}, **asked)
    options = "--device cpu --require all --reruns 0 --timeout 60"
    assert found.printed["Grade"] == f"ci {options} -- lab1 .\n"


def test_who_stops_the_job_reaches_the_grader(tmp_path: Path) -> None:
    """The step's shell becomes the grader, which whoever started the shell can signal."""
    found = ran(tmp_path, "Grade", {"env/bin/grader": "echo $PPID"})
    assert int(found.printed["Grade"]) == os.getpid()


def test_the_artefact_can_have_a_name() -> None:
    name = step("Keep the report")["with"]["name"]
    assert name == "${{ inputs.artifact || format('grader-{0}', inputs.assignment) }}"


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
    assert {*said, "command"} == set(ACTION["outputs"])
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


def shown_export() -> dict[str, Any]:
    """The step by which the page on gates sends a grade on."""
    page = (ROOT / "docs/ci.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```yaml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    ((step,),) = [yaml.safe_load(one) for one in blocks if "export json" in one]
    found: dict[str, Any] = step
    return found


@pytest.mark.training
@pytest.mark.parametrize("name", ["json", "classroom50"])
def test_a_later_step_sends_the_grade_on_as_the_page_shows(runner: Runner, name: str) -> None:
    shown = shown_export()
    assert shown["if"].startswith("always()")
    values = {key: runner.value(one["value"]) for key, one in ACTION["outputs"].items()}
    later = Runner(runner.folder, runner.inputs, outputs={"gate": values})
    variables = {
        "CLASSROOM": "course",
        "ASSIGNMENT": "lab1",
        "ASSIGNMENT_TYPE": "individual",
        "OWNER": "ada",
        "SUBMISSION_TAG": "submit/1",
        "COMMIT_URL": "https://example.org/commit",
        "RELEASE_URL": "https://example.org/release",
    }
    run = shown["run"].replace("export json", f"export {name}")
    changed = shown | {"run": run, "env": shown["env"] | (variables if name != "json" else {})}
    assert later._step("sent", changed) == 0, later.printed
    sent = json.loads((runner.folder / "temp/gradebook.json").read_text())
    assert sent
    (runner.folder / "temp/gradebook.json").unlink()


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
    assert again._step("again", step("Grade")) == 2
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
        assert document[f".{slug}-gpu"]["extends"] == f".{slug}"
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


def seconds(said: str) -> int:
    """A time as GitLab's files have it."""
    return sum(int(one) * {"h": 3600, "m": 60}[unit] for one, unit in LENGTH.findall(said))


@pytest.mark.parametrize("slug", ["lab1", "lab2", "lab3"])
def test_a_job_has_time_for_all_runs_of_its_lab(slug: str) -> None:
    folder = ROOT / "assignments" / slug
    wall_s = yaml.safe_load((folder / "assignment.yaml").read_text())["limits"]["wall_s"]
    reruns = int(ACTION["inputs"]["reruns"]["default"])
    wanted_s = (1 + reruns) * wall_s + MEASURING_AND_INSTALLING_S
    for name in ("github", "github-gpu"):
        job = yaml.safe_load((folder / f"ci/{name}.yml").read_text())["jobs"]["grade"]
        assert wanted_s <= 60 * job["timeout-minutes"] <= 6 * 3600  # what GitHub gives a job
    job = yaml.safe_load((folder / "ci/gitlab.yml").read_text())[f".{slug}"]
    assert seconds(job["variables"]["RUNNER_SCRIPT_TIMEOUT"]) >= wanted_s
    assert seconds(job["timeout"]) > seconds(job["variables"]["RUNNER_SCRIPT_TIMEOUT"])


@pytest.mark.parametrize("slug", ["lab2", "lab3"])
def test_a_job_without_its_secret_says_what_is_missing(slug: str, tmp_path: Path) -> None:
    text = (ROOT / "assignments" / slug / "ci/github.yml").read_text()
    script = yaml.safe_load(text)["jobs"]["grade"]["steps"][1]["run"]
    known = {"PATH": os.environ["PATH"], "RUNNER_TEMP": str(tmp_path), "ADDRESS": ""}
    command = [*BASH, "-c", script]
    done = subprocess.run(command, env=known, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    (one,) = read(done.stdout)
    assert one.message.startswith("set the secret ASL_ARCHIVE to the address of archive.zip")


def test_the_labs_have_the_same_templates() -> None:
    def texts(slug: str) -> dict[str, str]:
        folder = ROOT / "assignments" / slug / "ci"
        found = {path.name: path.read_text() for path in folder.iterdir()}
        number = slug.removeprefix("lab")
        return {
            name: TIME.sub("TIME", text.replace(slug, "LAB").replace(f"lab {number}", "LAB"))
            for name, text in found.items()
        }

    assert texts("lab2") == texts("lab3")
    assert set(texts("lab1")) == set(texts("lab2"))
    for name in ("gitlab.yml", "github-gpu.yml", "grader.toml"):
        assert texts("lab1")[name] == texts("lab2")[name]
