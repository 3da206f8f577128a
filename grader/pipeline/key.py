"""What a run depends on, as one digest: whoever has a result of the same work need not run it."""

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from grader.model.submission import Submission
from grader.pipeline.setup import Setup

MEASURING = ("data", "discovery", "evaluator", "intake", "model", "pipeline", "probe", "sandbox")
"""The rooms whose code decides what is measured of a submission, and how its run ends."""
TOLD = {"title", "reference"}
"""What an assignment says to people and to calibration, and no run depends on."""
HERE = Path(__file__).parent.parent


def work_key(submission: Submission, setup: Setup) -> str:
    """Digest the submission's bytes, the assignment's settings, the data, the seed and ourselves.

    What only judges (rubric, baseline) is no part of it, nor whose the submission is, nor where and
    how well isolated it runs.
    """
    return _digest(
        {
            "submission": submission.sha256,
            "main": submission.main,
            "assignment": setup.assignment.model_dump(mode="json", exclude=TOLD),
            "solution_cells": setup.solution_cells,
            "data": setup.data.digest,
            "seed": setup.seed,
            "versions": setup.versions,
            "measuring": measuring_version(),
        }
    )


@lru_cache(maxsize=1)
def measuring_version() -> str:
    """Digest the code that measures: two installations of one version may differ in it."""
    return code_in(HERE)


def code_in(package: Path) -> str:
    """Digest the rooms that measure, of a package like ours."""
    files = sorted(path for room in MEASURING for path in (package / room).rglob("*.py"))
    digest = hashlib.sha256()
    for path in files:
        digest.update(f"{path.relative_to(package).as_posix()}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _digest(document: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()
