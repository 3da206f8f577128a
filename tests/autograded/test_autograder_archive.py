"""What is in the archive, and what is not."""

import json
import shutil
import stat
import subprocess
from pathlib import Path

import pytest
import yaml
from container import ROOT, content, zipped

from grader.autograded import pinned
from grader.autograded.archive import Content, archive, files
from grader.autograded.settings import NAME, Settings, read_settings
from grader.course import Course
from grader.errors import CallerError, Fault

BASH = shutil.which("bash") or "/bin/bash"
PROGRAMS = ROOT / "grader" / "autograded" / "files"


@pytest.fixture(scope="module")
def names() -> set[str]:
    return set(files(content()))


def test_the_two_programs_have_their_exact_names_and_may_be_executed():
    with zipped(content()) as archived:
        modes = {one.filename: one.external_attr >> 16 for one in archived.infolist()}
    executed = {name for name, mode in modes.items() if mode & stat.S_IXUSR}
    assert executed == {"setup.sh", "run_autograder"}


def test_it_holds_the_grader_and_what_the_lab_is_judged_by(names):
    assert {"grader/__main__.py", "grader/reports/templates/report.html.j2"} <= names
    course = {name for name in names if name.startswith("course/rubrics/")}
    assert "course/rubrics/lab1.yaml" in course
    assert "course/rubrics/lab2.yaml" not in course
    assert "course/rubrics/baselines/lab1.practice.json" in course
    assert "course/assignments/lab1/assignment.yaml" in names


def test_it_holds_no_solution_no_test_and_no_data_unless_asked(names):
    assert [name for name in names if "reference" in Path(name).parts] == []
    assert [name for name in names if "tests" in Path(name).parts] == []
    assert [name for name in names if "starter" in name] == []
    assert [name for name in names if name.startswith("data/")] == []
    assert [name for name in names if "__pycache__" in name or "_course" in name] == []


def test_no_file_of_the_worked_solutions_is_in_it_under_another_name():
    held = set(files(content()).values())
    assert not held & {path.read_bytes() for path in (ROOT / "reference").glob("*.py")}


def test_the_same_archive_is_the_same_bytes():
    assert archive(content()) == archive(content())


def test_a_rubric_that_was_named_replaces_the_courses(tmp_path):
    own = yaml.safe_load((ROOT / "rubrics" / "lab1.yaml").read_text()) | {"pass_mark": 0.1}
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(own))
    made = content()
    found = files(Content(made.settings, made.course, rubric=tmp_path / "mine.yaml"))
    assert found["course/rubrics/lab1.yaml"] == (tmp_path / "mine.yaml").read_bytes()
    assert "course/rubrics/mine.yaml" not in found


def test_the_words_of_a_course_travel_along(tmp_path):
    for name in ("assignments", "rubrics"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "rubrics/diagnosis.yaml").write_text("texts: {no-step: {fix: Call step.}}\n")
    found = files(Content(content().settings, Course(tmp_path)))
    assert found["course/rubrics/diagnosis.yaml"] == b"texts: {no-step: {fix: Call step.}}\n"
    assert "course/rubrics/diagnosis.yaml" not in files(content())


def test_own_data_travels_along_and_nothing_that_lies_beside_it(tmp_path):
    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for split in ("train", "t10k"):
        for kind in ("images-idx3", "labels-idx1"):
            (raw / f"{split}-{kind}-ubyte").write_bytes(b"x")
    (raw / "notes.txt").write_text("mine")
    made = content(data="own")
    found = files(Content(made.settings, made.course, data=tmp_path))
    data = {name for name in found if name.startswith("data/")}
    assert len(data) == 4
    assert "data/MNIST/raw/notes.txt" not in data


def test_a_course_that_lacks_its_rubric_is_the_callers_to_mend(tmp_path):
    shutil.copytree(ROOT / "assignments", tmp_path / "assignments")
    with pytest.raises(CallerError, match=r"rubrics/lab1\.yaml cannot be read"):
        files(Content(content().settings, Course(tmp_path)))


def test_every_package_is_asked_for_and_pinned():
    wanted, kept = pinned.requirements().decode(), pinned.constraints().decode()
    assert "torch>=" in wanted
    assert "pytest" not in wanted
    assert "ray" not in wanted.split()
    versions = dict(line.split("==") for line in kept.splitlines())
    assert {"torch", "pydantic", "jinja2", "markupsafe"} <= set(versions)
    assert "+" not in kept
    assert "lab-grader" not in versions


def test_what_the_archive_says_of_itself_is_read_as_it_was_written(tmp_path):
    written = content(minutes=20).settings
    (tmp_path / NAME).write_bytes(written.dump())
    assert read_settings(tmp_path) == written
    assert written.run_s == 1200 - 150


@pytest.mark.parametrize("text", ["", "{}", '{"schema": 1}', "[" * 10_000])
def test_a_damaged_archive_is_a_fault(tmp_path, text):
    (tmp_path / NAME).write_text(text)
    with pytest.raises(Fault, match="make the archive again"):
        read_settings(tmp_path)


def test_setup_reads_the_version_of_python_from_the_settings(tmp_path):
    (tmp_path / NAME).write_bytes(content(python="3.13").settings.dump())
    line = next(
        line for line in (PROGRAMS / "setup.sh").read_text().splitlines() if "settings()" in line
    )
    script = f"source={tmp_path}\n{line}\nsettings python"
    done = subprocess.run([BASH, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "3.13\n"


@pytest.mark.parametrize("name", ["setup.sh", "run_autograder"])
def test_the_programs_are_sound_shell(name):
    subprocess.run([BASH, "-n", str(PROGRAMS / name)], check=True)
    shellcheck = shutil.which("shellcheck")
    if shellcheck:
        subprocess.run([shellcheck, str(PROGRAMS / name)], check=True)
    assert "set -euo pipefail" in (PROGRAMS / name).read_text()


def test_settings_name_only_what_there_is():
    with pytest.raises(ValueError, match="minutes"):
        Settings.model_validate(json.loads(content().settings.dump()) | {"minutes": 60})
