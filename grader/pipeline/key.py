"""What a run depends on, as one digest: whoever has a result of the same work need not run it."""

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from grader.model.submission import Submission
from grader.pipeline.setup import Setup

MEASURING = ("probe", "evaluator", "intake", "discovery")
"""The rooms whose code decides what is measured of a submission."""


def work_key(submission: Submission, setup: Setup) -> str:
    """Digest the submission's bytes, the assignment's settings, the data, the seed and ourselves.

    What only judges (rubric, baseline) is no part of it, nor whose the submission is, nor where and
    how well isolated it runs.
    """
    return _digest(
        {
            "submission": submission.sha256,
            "main": submission.main,
            "assignment": setup.assignment.model_dump(mode="json"),
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
    here = Path(__file__).parent.parent
    files = sorted(path for room in MEASURING for path in (here / room).rglob("*.py"))
    digest = hashlib.sha256()
    for path in files:
        digest.update(f"{path.relative_to(here).as_posix()}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _digest(document: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()
