"""Finished runs: one line each in a file, and their evidence beside it.

What is told of a run is worked out anew from its evidence each time, so a change of rules needs no
run. A run is done again where the program, its seed or the code that runs and measures it changed.
"""

import functools
import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.model.evidence import Evidence

PACKAGE = Path(__file__).parent.parent.parent / "grader"
MEASURING = ("probe", "evaluator", "intake", "model", "discovery", "data", "pipeline")


@functools.cache
def digest(rooms: Sequence[str]) -> str:
    """Digest of all code of these rooms of the grader."""
    found = hashlib.sha256()
    for room in rooms:
        for path in sorted((PACKAGE / room).rglob("*.*")):
            if path.suffix in (".py", ".yaml"):
                found.update(str(path.relative_to(PACKAGE)).encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:12]


@dataclass(frozen=True)
class Line:
    """One finished run. ``program`` and ``code`` are digests, ``file`` the evidence's name."""

    name: str
    style: str
    lab: str
    mistake: str
    seed: int
    program: str
    code: str
    file: str
    wall_s: float
    check_s: float


class Store:
    """The runs kept in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.evidence = folder / "diagnosis"
        self.evidence.mkdir(parents=True, exist_ok=True)
        self._lines: dict[tuple[str, int, str], list[Line]] = {}
        for path in sorted(folder.glob("diagnosis-*.jsonl")):
            for text in path.read_text(encoding="utf-8").splitlines():
                self._remember(Line(**json.loads(text)))

    def _remember(self, line: Line) -> None:
        self._lines.setdefault((line.name, line.seed, line.program), []).append(line)

    def find(self, name: str, seed: int, program: str, code: str | None) -> Line | None:
        """The last such run; with ``code`` only one that this very code has measured."""
        some = self._lines.get((name, seed, program), [])
        fitting = [one for one in some if code in (None, one.code)]
        return fitting[-1] if fitting else None

    def read(self, line: Line) -> Evidence:
        """The evidence of a run."""
        return Evidence.model_validate_json((self.evidence / line.file).read_bytes())

    def keep(self, line: Line, evidence: Evidence) -> None:
        """Write a run down, its evidence first."""
        target = self.evidence / line.file
        unfinished = target.with_suffix(".part")
        unfinished.write_text(evidence.model_dump_json(by_alias=True), encoding="utf-8")
        os.replace(unfinished, target)
        with (self.folder / f"diagnosis-{line.lab}.jsonl").open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(line.__dict__) + "\n")
        self._remember(line)
