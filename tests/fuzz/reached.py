"""Which branches of the readers were reached, measured by coverage.py."""

import importlib
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import coverage


@dataclass(frozen=True)
class Branches:
    """The branches of one module: how many there are, and how many were taken."""

    module: str
    taken: int
    there: int


class Reached:
    """Measures the branches of some modules; a context manager. Others cost next to nothing."""

    def __init__(self, modules: Sequence[str]) -> None:
        self.files = {str(importlib.import_module(name).__file__): name for name in modules}
        self._coverage = coverage.Coverage(
            branch=True, include=[*self.files], data_file=None, config_file=False
        )
        self._known = 0

    def __enter__(self) -> Self:
        self._coverage.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._coverage.stop()

    def grown(self) -> bool:
        """Whether any step from line to line was taken for the first time since the last call."""
        data = self._coverage.get_data()
        now = sum(len(data.arcs(file) or ()) for file in self.files)
        self._known, before = now, self._known
        return now > before

    def branches(self) -> list[Branches]:
        """The figures of every module; call it after the end."""
        with tempfile.NamedTemporaryFile(suffix=".json") as stream:
            self._coverage.json_report(morfs=[*self.files], outfile=stream.name)
            found = json.loads(Path(stream.name).read_text())["files"]
        summaries = {str(Path(file).resolve()): one["summary"] for file, one in found.items()}
        return [
            Branches(name, *(summaries[file][key] for key in ("covered_branches", "num_branches")))
            for file, name in self.files.items()
            if file in summaries
        ]
