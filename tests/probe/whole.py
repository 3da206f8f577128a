"""Runs a whole program under the probe, in a process of its own and without walls."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
from settings import settings_of

from grader.intake.notes import NOTES

PROBE = Path(__file__).parent.parent.parent / "grader" / "probe"


class Ended:
    """What a program left behind: its ending, the names of its notes, what it printed."""

    def __init__(self, root: Path, output: str) -> None:
        self.ending = json.loads((root / "outbox" / "ending.json").read_text())
        self.notes = json.loads((root / "outbox" / "trace.json").read_text())["notes"]
        self.output = output

    @property
    def crash(self) -> Any:
        return self.ending["crash"]


def run(root: Path, program: str | bytes, kind: str = "script", **changes: Any) -> Ended:
    """Run ``program`` in the sandbox rooted at ``root``; ``changes`` are those of its settings."""
    main = "lab.py" if kind == "script" else "lab.ipynb"
    for name in ("submission", "work", "outbox", "settings"):
        (root / name).mkdir()
    (root / "grader_probe").symlink_to(PROBE)
    (root / "submission" / main).write_text(program)
    settings = settings_of(root, main=main, kind=kind, **changes)._asdict()
    del settings["root"]
    (root / "settings" / "settings.json").write_text(json.dumps(settings))
    ended = subprocess.run(
        [sys.executable, "-P", "-s", "-B", "-u", root / "grader_probe" / "start.py", root],
        cwd=root / "work",
        env={**os.environ, "CUDA_VISIBLE_DEVICES": ""},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
    )
    return Ended(root, ended.stdout + ended.stderr)


def notebook(*cells: str, tags: dict[int, list[str]] | None = None) -> str:
    made = [nbformat.v4.new_code_cell(cell) for cell in cells]
    for number, names in (tags or {}).items():
        made[number].metadata["tags"] = names
    return nbformat.writes(nbformat.v4.new_notebook(cells=made))


def assert_told(ended: Ended, *names: str) -> None:
    """Each help left its note, and each note has a sentence."""
    assert {note.partition(":")[0] for note in ended.notes} == set(names), ended.notes
    assert set(names) <= set(NOTES)
