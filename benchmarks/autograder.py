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
import sys
import tempfile
import zipfile
from pathlib import Path

from benchmarks.container import graded, prepare
from grader.autograded import pinned
from grader.autograded.archive import Content, archive
from grader.autograded.settings import Settings
from grader.course import find_course


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
    prepare(root, home)
    try:
        ran = graded(root, home, given.memory_mb, given.cores)
    except OSError as error:
        sys.exit(f"no control group can be made here ({error}): run it as root where they can be")
    results = root / "results" / "results.json"
    document = json.loads(results.read_text()) if results.exists() else {}
    level = document.get("extra_data", {}).get("isolation", "–")
    score = document.get("score", f"none, exit code {ran.code}")
    used = f"{ran.wall_s:.0f} | {ran.cpu_s:.0f} | {ran.peak_mb:.0f} | {ran.kills}"
    return f"| {slug} | {score} | {level} | {used} |"


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
