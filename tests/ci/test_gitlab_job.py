"""The job of ``gitlab.yml`` as GitLab's runner runs it: in one shell, and one for what comes after.

What is not real: ``/opt`` lies in the test's folder, nothing is installed, and the grader is the
checkout's.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from action_runner import BASH, ROOT

GIT = shutil.which("git") or ""
PROGRAMS = {
    "apt-get": "true",
    "python": 'mkdir -p "$4/bin" && cp {own}/pip {own}/grader "$4/bin"',
    "pip": "env > {folder}/variables; mkdir -p {opt}/grader-cache; touch {opt}/grader-cache/wheel",
    "grader": 'PYTHONPATH={root} exec {python} -P -m grader "$@"',
}
HOSTILE = {
    "PIP_INDEX_URL": "https://evil.example",
    "PYTHONPATH": ".",
    "GRADER_COURSE": ".",
    "GRADER": "evil",
    "DATA": ".",
    "GIT_CONFIG_COUNT": "0",
    "LD_LIBRARY_PATH": ".",
    "HOME": ".",
    "CI_PROJECT_DIR": "/",
    "MANY": "a\nPIP_NO_INDEX=1\nb c=d",
    "IFS": "xPIG_",
}
KEPT = {"CI_JOB_TOKEN": "t", "https_proxy": "http://proxy.example"}


class Project:
    """A student's project on a runner of GitLab."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.opt = folder / "ada", folder / "opt"
        self.own, self.variables = folder / "programs", folder / "variables"
        for place in (self.folder, self.opt, self.own):
            place.mkdir()
        known = {"own": self.own, "folder": folder, "opt": self.opt, "root": ROOT}
        for name, text in PROGRAMS.items():
            said = text.format(**known, python=sys.executable)
            (self.own / name).write_text(f"#!/bin/sh\n{said}\n")
            (self.own / name).chmod(0o755)
        self.git("init", "--quiet")
        (self.folder / "grader.toml").write_text("pass_mark = 0\n")

    def git(self, *arguments: str) -> None:
        subprocess.run([GIT, *arguments], cwd=self.folder, check=True, capture_output=True)

    def run(self, **variables: str) -> tuple[int, str]:
        """Run the job; return the exit code and what it printed."""
        job = yaml.safe_load((ROOT / "assignments/lab1/ci/gitlab.yml").read_text())[".lab1"]
        code, said = self._shell([*job["before_script"], *job["script"]], variables)
        after, also = self._shell(job["after_script"], variables)
        assert after == 0, also
        return code, said

    def _shell(self, lines: list[str], variables: dict[str, str]) -> tuple[int, str]:
        script = "\n".join(lines).replace("/opt/", f"{self.opt}/").replace("/DATA", str(self.own))
        script = script.replace("export PATH=", f"export PATH={self.own}:")
        script = script.replace("HOME=/root", f"HOME={self.own}")
        # The runner writes variables into the script: one called IFS counts, too.
        known = {"CI_PROJECT_DIR": str(self.folder)} | variables
        exports = "".join(f"export {name}={shlex.quote(to)}\n" for name, to in known.items())
        done = subprocess.run(
            [*BASH, "-c", exports + script],
            cwd=self.folder,
            env={"PATH": os.environ["PATH"]},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout


pytestmark = pytest.mark.skipif(not GIT, reason="git is not installed")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_it_ends_as_the_gate_and_leaves_its_reports(project: Project, tmp_path: Path) -> None:
    """On a repository whose ``grader.toml`` was softened, and whose report is a link."""
    (tmp_path / "theirs").mkdir()
    (project.folder / "grader-report").symlink_to(tmp_path / "theirs")
    code, said = project.run()
    assert code == 2, said
    assert list((tmp_path / "theirs").iterdir()) == []
    report = project.folder / "grader-report/gl-code-quality-report.json"
    (one,) = json.loads(report.read_text())
    assert one["location"] == {"path": "grader.toml", "lines": {"begin": 1}}
    assert "remove 'pass_mark'" in one["description"]
    assert one["severity"] == "major"


def test_packages_are_kept_though_the_gate_is_red(project: Project) -> None:
    (project.folder / ".grader-cache").mkdir()
    (project.folder / ".grader-cache/earlier").touch()
    assert project.run()[0] == 2
    kept = {path.name for path in (project.folder / ".grader-cache").iterdir()}
    assert kept == {"earlier", "wheel"}
    assert not (project.opt / "grader-cache").exists()


def tracked(project: Project) -> None:
    (project.folder / ".grader-cache").mkdir()
    (project.folder / ".grader-cache/evil.whl").touch()
    project.git("add", ".grader-cache")


def linked(project: Project) -> None:
    (project.folder / "evil").mkdir()
    (project.folder / ".grader-cache").symlink_to("evil")


def plain(project: Project) -> None:
    (project.folder / ".grader-cache").touch()


def broken(project: Project) -> None:
    (project.folder / ".grader-cache").symlink_to("nowhere")


@pytest.mark.parametrize("plant", [tracked, linked, plain, broken])
def test_a_cache_that_is_a_students_ends_the_job_before_anything_is_installed(
    project: Project, plant: Callable[[Project], None]
) -> None:
    plant(project)
    code, said = project.run()
    assert code == 2
    assert "the repository holds .grader-cache" in said
    assert not project.variables.exists()
    assert not os.path.lexists(project.folder / ".grader-cache")  # or it would be kept


def test_a_cache_that_was_refused_is_not_the_next_jobs(project: Project) -> None:
    tracked(project)
    assert project.run()[0] == 2
    project.git("rm", "--cached", "--quiet", "-r", ".grader-cache")
    assert "the repository holds" not in project.run()[1]
    assert {path.name for path in (project.folder / ".grader-cache").iterdir()} == {"wheel"}


def test_nothing_that_a_project_sets_reaches_what_is_installed(project: Project) -> None:
    code, said = project.run(**HOSTILE, **KEPT)
    assert code == 2, said
    lines = project.variables.read_text().splitlines()
    found = dict(line.split("=", 1) for line in lines)
    assert set(found) - {"_", "SHLVL", "OLDPWD"} == {
        *KEPT,
        *("PATH", "HOME", "LANG", "PYTHONSAFEPATH", "CI_PROJECT_DIR", "PWD"),
    }
    assert found["CI_PROJECT_DIR"] == str(project.folder)
    assert found["HOME"] == str(project.own)


def test_no_line_reads_what_a_variable_could_change() -> None:
    document = yaml.safe_load((ROOT / "assignments/lab1/ci/gitlab.yml").read_text())
    job = document[".lab1"]
    lines = "\n".join([*job["before_script"], *job["script"], *job["after_script"]])
    read = set(re.findall(r"\$\{?(\w+)", lines))
    assert read == {"PWD", "name", "tracked", "strange"}
    known = {"RUNNER_SCRIPT_TIMEOUT", "NVIDIA_VISIBLE_DEVICES", "NVIDIA_DRIVER_CAPABILITIES"}
    assert {*job["variables"], *document[".lab1-gpu"]["variables"]} == known
