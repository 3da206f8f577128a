"""A repository made from the template: its gate is red or green for the right reason."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from cases import PARAGRAPH
from runs import ROOT, TINY_BASELINES

from grader.data.locate import practice_folder
from grader.data.practice import PracticeSize

TEMPLATE = ROOT / "assignments/lab1/ci"
DOCSTRING = '"""'
REFERENCE = (ROOT / "reference/lab1_mnist_mlp.py").read_text("utf-8").split(DOCSTRING, 2)[2]
WRONG = REFERENCE.replace("nn.Linear(512, 512),\n    nn.ReLU(),\n", "nn.Linear(512, 512),\n")
TOO_SHORT = WRONG.replace("epochs = 5", "epochs = 1")
"""Below the pass mark; the wrong network alone is not."""
ENV = ("PATH", "HOME", "PYTHONPATH")


@dataclass(frozen=True)
class Ended:
    """How a gate's job ended, as its platform sees it."""

    code: int
    annotations: list[str]
    summary: str
    outputs: dict[str, str]


def notebook(script: str) -> str:
    """The same program with one cell for each paragraph."""
    cells = [
        {
            "cell_type": "code",
            "id": f"cell-{number}",
            "metadata": {},
            "execution_count": None,
            "outputs": [],
            "source": text.strip("\n").splitlines(keepends=True),
        }
        for number, text in enumerate(PARAGRAPH.split(script))
    ]
    document = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(document, indent=1)


STARTERS = {".py": "starter.py", ".ipynb": "starter.ipynb"}


class Repository:
    """An assignment repository as the README beside the templates says it is made."""

    def __init__(self, folder: Path, suffix: str) -> None:
        self.folder = folder / "ada"
        self.file = f"lab1{suffix}"
        (self.folder / ".github/workflows").mkdir(parents=True)
        shutil.copy(TEMPLATE / "github.yml", self.folder / ".github/workflows/grade.yml")
        toml = (TEMPLATE / "grader.toml").read_text()
        (self.folder / "grader.toml").write_text(toml.replace("lab1.ipynb", self.file))
        shutil.copy(TEMPLATE.parent / STARTERS[suffix], self.folder / self.file)
        (self.folder / "README.md").write_text("# Lab 1\n")

    def hand_in(self, script: str) -> None:
        """Put a program in the place of the starter."""
        text = notebook(script) if self.file.endswith(".ipynb") else script
        (self.folder / self.file).write_text(text)

    def plant(self) -> None:
        """Add what would soften the gate if anything of it were looked at."""
        for name in ("torch", "yaml", "numpy", "grader", "sitecustomize"):
            (self.folder / f"{name}.py").write_text("import os\nos._exit(0)\n")
        (self.folder / "conftest.py").write_text("raise SystemExit(0)\n")
        (self.folder / ".env").write_text("GRADER_COURSE=.\nPATH=.\n")
        (self.folder / "rubrics").mkdir()
        (self.folder / "rubrics/lab1.yaml").write_text("schema: 1\npass_mark: 0\n")

    def line(self, words: str) -> int:
        """The line of the file that holds these words."""
        lines = (self.folder / self.file).read_text().splitlines()
        return next(number for number, line in enumerate(lines, 1) if words in line)


class Job:
    """The job of the template's workflow, on tiny data and by what the reference measured there."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.course = folder, folder / "course"
        for name in ("assignments", "rubrics"):
            shutil.copytree(ROOT / name, self.course / name)
        shutil.rmtree(self.course / "rubrics/baselines")
        (self.course / "rubrics/baselines").mkdir()
        for slug in ("lab1", "lab2", "lab3"):
            target = self.course / f"rubrics/baselines/{slug}.custom.json"
            shutil.copy(TINY_BASELINES / f"{slug}.practice.json", target)
        self.data = practice_folder(PracticeSize.TINY)

    def run(self, repository: Repository, *more: str) -> Ended:
        """Do what the workflow's last step does, as the runner would; ``more`` are options."""
        workflow = yaml.safe_load((repository.folder / ".github/workflows/grade.yml").read_text())
        slug = workflow["jobs"]["grade"]["steps"][-1]["with"]["assignment"]
        place = self.folder / f"job-{len(list(self.folder.iterdir()))}"
        place.mkdir()
        options = ("--course", self.course, "--data", self.data, "--device", "cpu")
        options += ("--isolation", "0", "--threads", "1", "--reruns", "0", *more)
        done = subprocess.run(
            [sys.executable, "-P", "-m", "grader", "ci", *map(str, options), slug],
            cwd=repository.folder,
            env={name: os.environ[name] for name in ENV if name in os.environ}
            | {
                "GITHUB_ACTIONS": "true",
                "GITHUB_WORKSPACE": str(repository.folder),
                "GITHUB_STEP_SUMMARY": str(place / "summary"),
                "GITHUB_OUTPUT": str(place / "outputs"),
                "RUNNER_TEMP": str(place),
                "LANG": "C.UTF-8",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        lines = (place / "outputs").read_text().splitlines()
        return Ended(
            done.returncode,
            [line for line in done.stdout.splitlines() if line.startswith("::")],
            (place / "summary").read_text(),
            dict(line.split("=", 1) for line in lines),
        )


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Job:
    return Job(tmp_path_factory.mktemp("jobs"))


@pytest.fixture(params=[".py", ".ipynb"], ids=["script", "notebook"])
def repository(tmp_path: Path, request: pytest.FixtureRequest) -> Repository:
    return Repository(tmp_path, request.param)


@pytest.mark.training
def test_with_the_starter_the_gate_is_red_and_names_the_open_exercises(
    job: Job, repository: Repository
) -> None:
    ended = job.run(repository)
    assert ended.code == 1
    assert ended.outputs["passed"] == "false"
    errors = [line for line in ended.annotations if line.startswith("::error")]
    assert any(f"line={repository.line('FIXME else')}" in line for line in errors)
    named = [line for line in errors if "title=Open exercise::" in line]
    assert len(named) == 6
    for number, line in enumerate(named, 1):
        assert f"Exercise {number}" in line
        assert f"Exercise {number}" in ended.summary


@pytest.mark.training
def test_with_the_reference_it_is_green_whatever_else_lies_beside_it(
    job: Job, repository: Repository
) -> None:
    repository.hand_in(REFERENCE)
    (repository.folder / "conftest.py").write_text("raise SystemExit(1)\n")
    ended = job.run(repository)
    assert (ended.code, ended.outputs["passed"]) == (0, "true"), ended.annotations
    assert ended.annotations == []
    assert "lab1: passed" in ended.summary


@pytest.mark.training
@pytest.mark.parametrize(
    ("script", "options"),
    [
        pytest.param(TOO_SHORT, (), id="pass"),
        pytest.param(WRONG, ("--require", "all"), id="all", marks=pytest.mark.thorough),
    ],
)
def test_with_a_wrong_model_it_is_red_at_the_line_of_the_layer(
    job: Job, repository: Repository, script: str, options: tuple[str, ...]
) -> None:
    repository.hand_in(script)
    ended = job.run(repository, *options)
    assert (ended.code, ended.outputs["passed"]) == (1, "false")
    (one,) = [line for line in ended.annotations if "multilayer perceptron of this lab" in line]
    line = repository.line("nn.Linear(512, n_classes)")
    assert one.startswith(f"::error file={repository.file},line={line},endLine={line},")
    assert "linear → activation → linear → linear" in one
    if options:
        assert [line for line in ended.annotations if line.startswith("::error")] == [one]
        assert "this gate asks for every point" in ended.summary


def test_with_a_softened_grader_toml_it_is_still_red(job: Job, repository: Repository) -> None:
    repository.hand_in(REFERENCE)
    with (repository.folder / "grader.toml").open("a") as stream:
        stream.write("[gate]\npass_mark = 0\n")
    ended = job.run(repository)
    assert (ended.code, ended.outputs["passed"]) == (2, "false")
    (line,) = ended.annotations
    assert "grader.toml may only name files" in line
    assert "remove 'gate'" in line


def test_nothing_that_is_planted_runs_outside_the_sandbox(job: Job, tmp_path: Path) -> None:
    repository = Repository(tmp_path, ".py")
    repository.plant()
    repository.hand_in("import torch\nfor\n")
    ended = job.run(repository)
    assert (ended.code, ended.outputs["score"]) == (1, "0")
