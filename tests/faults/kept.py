"""What every fault has in common: a code, a sentence, and a result that is kept."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

RESULTS = Path("results/lab1")


class Ended(NamedTuple):
    """How the command ended."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """All that is on the terminal, on one line."""
        return " ".join((self.out + self.err).split())


Check = Callable[..., Ended]


def assert_said(ended: Ended, *words: str) -> None:
    """It ended as our own failure, in those words, with no traceback on the terminal."""
    assert ended.code == 3, ended
    assert "Traceback" not in ended.said, ended
    for word in words:
        assert word in ended.said, ended


def grade_in(folder: Path) -> dict[str, Any]:
    """The stored grade, after a look at what else a result has."""
    assert {"evidence.json", "report.html", "stdout.txt", "stderr.txt"} <= set(os.listdir(folder))
    found: dict[str, Any] = json.loads((folder / "grade.json").read_text())
    return found


def assert_fault(ended: Ended, *words: str, folder: Path = RESULTS / "lab") -> dict[str, Any]:
    """A fault that is stored: never a score that counts, and a person is asked. The grade."""
    assert_said(ended, *words)
    grade = grade_in(folder)
    assert grade["provisional"]
    assert grade["needs_review"]
    assert (grade["score"], grade["passed"]) == (None, False) or all(
        one["verdict"] in ("met", "partial", "fault") for one in grade["criteria"]
    )
    return grade


def assert_regraded(grader: Check, folder: Path = RESULTS / "lab") -> None:
    """What was stored can be judged again without running anything."""
    ended = grader("regrade", folder)
    assert ended.code == 0, ended
    assert "1 graded again" in ended.out


def assert_clean(here: Path) -> None:
    """Nothing half-written is left, neither beside results nor among temporary files."""
    assert os.listdir(here / "TMPDIR") == []
    results = here / RESULTS
    assert [one for one in os.listdir(results) if one.startswith(".")] == []
