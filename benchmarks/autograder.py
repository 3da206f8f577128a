"""The Gradescope autograder in what it is given there: 768 MB of memory, half a core, 10 minutes.

    python -m benchmarks.autograder lab1 lab2 lab3 [--home DIR] [--memory-mb 768] [--cores 0.5]

Builds the archive, unpacks it into a folder laid out like theirs, and runs ``run_autograder`` with
the worked solution handed in, inside a control group (either version of the interface; as root) and
with the rights that a container's root has: none to mount, none to look into other users'
processes. ``--home`` is a folder as ``setup.sh`` leaves it, with ``venv/bin/python``, which every
user can walk to; without it this interpreter is used. Prints a line of a Markdown table for each.
"""

import argparse
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

from grader.autograded import pinned
from grader.autograded.archive import Content, archive
from grader.autograded.settings import Settings
from grader.course import find_course
from grader.sandbox.cgroup import ROOT

MIB = 1024 * 1024
PERIOD_US = 100_000
LACKS = "-sys_admin,-sys_ptrace,-sys_resource,-sys_nice,-net_admin"


@dataclass(frozen=True)
class Group:
    """A control group for one run, and the folders that make it up."""

    folders: tuple[Path, ...]
    second: bool

    def figures(self) -> tuple[float, int, float]:
        """Peak in MiB, processes that the kernel killed for memory, CPU seconds."""
        memory, cpu = self.folders[0], self.folders[-1]
        if self.second:
            used = _table(cpu / "cpu.stat")["usage_usec"] / 1e6
            return (
                _number(memory / "memory.peak") / MIB,
                _table(memory / "memory.events")["oom_kill"],
                used,
            )
        peak = _number(memory / "memory.max_usage_in_bytes") / MIB
        kills = _table(memory / "memory.oom_control").get("oom_kill", 0)
        return peak, kills, _number(self.folders[1] / "cpuacct.usage") / 1e9


def _number(path: Path) -> int:
    return int(path.read_text())


def _table(path: Path) -> dict[str, int]:
    return {name: int(value) for name, value in map(str.split, path.read_text().splitlines())}


def group(name: str, memory_mb: int, cores: float) -> Group:
    """Make a control group of either version; ends the program where that is not allowed."""
    quota, most = str(int(cores * PERIOD_US)), str(memory_mb * MIB)
    second = (ROOT / "cgroup.controllers").exists()
    parts = ("",) if second else ("memory", "cpuacct", "cpu")
    folders = tuple(dict.fromkeys((ROOT / part).resolve() / name for part in parts))
    limits = [("memory.limit_in_bytes", most), ("memory.memsw.limit_in_bytes", most)]
    limits += [("cpu.cfs_period_us", str(PERIOD_US)), ("cpu.cfs_quota_us", quota)]
    if second:
        limits = [
            ("memory.max", most),
            ("memory.swap.max", "0"),
            ("cpu.max", f"{quota} {PERIOD_US}"),
        ]
    try:
        for folder in folders:
            folder.mkdir(exist_ok=True)
        for file, value in limits:
            for folder in folders:
                if (folder / file).exists():
                    (folder / file).write_text(value)
    except OSError as error:
        sys.exit(f"no control group can be made here ({error}): run it as root where they can be")
    return Group(folders, second)


def unpacked(slug: str, root: Path, notebook: bool) -> None:
    """Lay ``root`` out as the platform does, with the worked solution handed in."""
    course = find_course(None)
    settings = Settings.model_validate(
        {"schema": 1, "assignment": slug, "python": pinned.python(), "data": "practice"}
    )
    with zipfile.ZipFile(io.BytesIO(archive(Content(settings, course)))) as archived:
        for one in archived.infolist():
            Path(archived.extract(one, root / "source")).chmod(one.external_attr >> 16)
    (root / "submission").mkdir()
    text = course.reference(course.assignment(slug)).read_text()
    name, handed_in = ("lab.ipynb", as_notebook(text)) if notebook else ("lab.py", text)
    (root / "submission" / name).write_text(handed_in)


def as_notebook(text: str) -> str:
    """A program as a notebook of one cell."""
    cell = {"cell_type": "code", "id": "all", "metadata": {}, "source": text, "outputs": []}
    cells = [cell | {"execution_count": None}]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells})


def home_of_this(folder: Path) -> Path:
    """What stands for the result of ``setup.sh``: this interpreter, under the name it looks for."""
    python = folder / "home" / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    return folder / "home"


def run(slug: str, root: Path, home: Path, given: argparse.Namespace) -> str:
    """Grade once and return a line of the table."""
    unpacked(slug, root, given.notebook)
    environment = {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(root.parent / "user"),
        "LAB_GRADER_AUTOGRADER": str(root),
        "LAB_GRADER_HOME": str(home),
    }
    python = home / "venv" / "bin" / "python"
    made = {**environment, "GRADER_CACHE_HOME": f"{home}/cache", "PYTHONPATH": f"{root}/source"}
    prepare = [str(python), "-P", "-m", "grader", "autograded", str(root), "--prepare"]
    subprocess.run(prepare, env=made, check=True, cwd="/")
    shutil.rmtree(
        root.parent / "user", ignore_errors=True
    )  # a new container knows of no self-check
    held = group(f"lab-grader-bench-{os.getpid()}-{slug}", given.memory_mb, given.cores)
    command = [str(root / "source" / "run_autograder")]
    if os.geteuid() == 0 and shutil.which("setpriv"):
        command = ["setpriv", f"--bounding-set={LACKS}", f"--inh-caps={LACKS}", *command]
    enter = "".join(f"echo $$ > {folder}/cgroup.procs; " for folder in held.folders)
    began_s = time.monotonic()
    done = subprocess.run(
        ["sh", "-c", f'{enter}exec "$@"', "sh", *command], env=environment, cwd="/"
    )
    wall_s = time.monotonic() - began_s
    peak_mb, kills, cpu_s = held.figures()
    for folder in held.folders:
        folder.rmdir()
    results = root / "results" / "results.json"
    document = json.loads(results.read_text()) if results.exists() else {}
    level = document.get("extra_data", {}).get("isolation", "–")
    score = document.get("score", f"none, exit code {done.returncode}")
    return f"| {slug} | {score} | {level} | {wall_s:.0f} | {cpu_s:.0f} | {peak_mb:.0f} | {kills} |"


def main() -> int:
    """Measure and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("assignments", nargs="+")
    parser.add_argument("--home", type=Path)
    parser.add_argument("--notebook", action="store_true", help="hand in a notebook of one cell")
    parser.add_argument("--memory-mb", type=int, default=768)
    parser.add_argument("--cores", type=float, default=0.5)
    given = parser.parse_args()
    head = "| lab | score | level | wall s | CPU s | peak MB | killed for memory |"
    print(f"{head}\n|" + " --- |" * 7, flush=True)
    for slug in given.assignments:
        with tempfile.TemporaryDirectory(prefix="autograder-") as name:
            Path(name).chmod(0o755)
            home = given.home or home_of_this(Path(name))
            print(run(slug, Path(name, "autograder"), home, given), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
