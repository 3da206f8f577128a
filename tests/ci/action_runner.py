"""Runs the steps of a composite action as a runner does: environment files, expressions, bash.

What is not real: steps that use other actions are left out, ``sudo`` is a program that writes down
what it was asked for, and pip installs a package whose build needs no network, without the
dependencies, which are those of the environment the tests run in.
"""

import contextlib
import os
import re
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

MACHINE = "github-hosted"
ROOT = Path(__file__).parent.parent.parent
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
EXPRESSION = re.compile(r"\$\{\{\s*([\w.-]+)\s*\}\}")
BASH = ("bash", "--noprofile", "--norc", "-e", "-o", "pipefail")
"""What ``shell: bash`` stands for."""

BACKEND = """
import base64, hashlib, pathlib, zipfile

ROOT = pathlib.Path({root!r})
NAME = "lab_grader-0-py3-none-any.whl"
INFO = "lab_grader-0.dist-info"


def get_requires_for_build_wheel(settings=None):
    return []


def build_wheel(folder, settings=None, metadata=None):
    files = {{path.relative_to(ROOT).as_posix(): path for path in (ROOT / "grader").rglob("*")
             if path.is_file() and "__pycache__" not in path.parts}}
    for name in ("assignments", "rubrics"):
        for path in (ROOT / name).rglob("*"):
            if path.is_file():
                files["grader/_course/" + path.relative_to(ROOT).as_posix()] = path
    texts = {{
        f"{{INFO}}/METADATA": "Metadata-Version: 2.1\\nName: lab-grader\\nVersion: 0\\n",
        f"{{INFO}}/WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
        f"{{INFO}}/entry_points.txt": "[console_scripts]\\ngrader = grader.__main__:main\\n",
    }}
    with zipfile.ZipFile(pathlib.Path(folder) / NAME, "w") as wheel:
        for name, path in files.items():
            wheel.write(path, name)
        for name, text in texts.items():
            wheel.writestr(name, text)
        wheel.writestr(f"{{INFO}}/RECORD", "".join(f"{{name}},,\\n" for name in [*files, *texts]))
    return NAME
"""
"""Builds a wheel of the working tree without the build backend, which would have to be fetched."""


PYTHON = """#!/bin/sh
{python} "$@" || exit
if [ "$1 $2 $3" = "-P -m venv" ]; then
  for site in "$4"/lib/python*/site-packages; do cp -an {lent}/. "$site/"; done
fi
"""


@dataclass
class Runner:
    """A clean machine with one job: ``workspace`` is the repository that was checked out."""

    folder: Path
    inputs: dict[str, str]
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)
    printed: dict[str, str] = field(default_factory=dict)
    codes: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for place in ("temp", "home", "programs", "action/grader", "repository"):
            (self.folder / place).mkdir(parents=True, exist_ok=True)
        self._write_action()
        self._write_programs()
        defaults = {name: one.get("default", "") for name, one in ACTION["inputs"].items()}
        self.inputs = defaults | self.inputs

    @property
    def workspace(self) -> Path:
        return self.folder / "repository"

    def _write_action(self) -> None:
        """The action as it is checked out, but for how its package is built."""
        action = self.folder / "action"
        for name in ("constraints.txt", "grader/__init__.py"):
            (action / name).write_bytes((ROOT / name).read_bytes())
        (action / "backend.py").write_text(BACKEND.format(root=str(ROOT)))
        build = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        project = '[project]\nname = "lab-grader"\nversion = "0"\n'
        (action / "pyproject.toml").write_text(build + project)

    def _write_programs(self) -> None:
        """The programs of the machine: Python, and a ``sudo`` that only writes down.

        A new environment finds the dependencies where the tests have them, and nothing of ours.
        """
        programs, lent = self.folder / "programs", self.folder / "lent"
        lent.mkdir(exist_ok=True)
        for one in Path(sysconfig.get_path("purelib")).iterdir():
            if not one.name.endswith(".pth") and not one.name.startswith(("lab_grader", "grader")):
                with contextlib.suppress(FileExistsError):
                    (lent / one.name).symlink_to(one)
        texts = {
            "sudo": f'#!/bin/sh\nprintf "%s\\n" "$*" >> {self.folder}/sudo\n',
            "python3": PYTHON.format(python=sys.executable, lent=lent),
        }
        for name, text in texts.items():
            (programs / name).write_text(text)
            (programs / name).chmod(0o755)

    def run(self) -> int:
        """Run every step with a ``run:``, in order, until one fails; returns its exit code."""
        for number, step in enumerate(STEPS):
            if "run" in step:
                name = step.get("id", str(number))
                code = self._step(name, step)
                if code:
                    return code
        return 0

    def _step(self, name: str, step: Mapping[str, Any]) -> int:
        script, output = self.folder / "temp/script.sh", self.folder / f"output-{name}"
        script.write_text(step["run"], encoding="utf-8")
        output.touch()
        done = subprocess.run(
            [*BASH, str(script)],
            cwd=self.value(step.get("working-directory", str(self.workspace))),
            env=self._environment(output)
            | {key: self.value(value) for key, value in step.get("env", {}).items()},
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
        self.printed[step["name"]] = done.stdout + done.stderr
        self.codes[step["name"]] = done.returncode
        lines = output.read_text(encoding="utf-8").split("\n")
        self.outputs[name] = dict(line.split("=", 1) for line in lines if line)
        return done.returncode

    def _environment(self, output: Path) -> dict[str, str]:
        return {
            "PATH": f"{self.folder / 'programs'}:/usr/bin:/bin",
            "HOME": str(self.folder / "home"),
            "LANG": "C.UTF-8",
            "PIP_NO_DEPS": "1",
            "PIP_NO_INDEX": "1",
            "GRADER_CACHE_HOME": os.environ.get("GRADER_CACHE_HOME", str(self.folder / "cache")),
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(self.folder / "action"),
            "GITHUB_WORKSPACE": str(self.workspace),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
            "GITHUB_ENV": str(self.folder / "env"),
            "GITHUB_PATH": str(self.folder / "path"),
            "RUNNER_TEMP": str(self.folder / "temp"),
        }

    def value(self, text: str) -> str:
        """A value with its expressions filled in, as the runner does before any shell sees it."""
        return EXPRESSION.sub(lambda match: self._named(match[1]), str(text))

    def _named(self, name: str) -> str:
        known = {"runner.temp": str(self.folder / "temp"), "runner.environment": MACHINE}
        known["github.action_path"] = str(self.folder / "action")
        known |= {f"inputs.{key}": value for key, value in self.inputs.items()}
        for step, outputs in self.outputs.items():
            known |= {f"steps.{step}.outputs.{key}": value for key, value in outputs.items()}
        return known[name]
