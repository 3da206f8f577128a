"""Settings of the probe in which only what a test names is set."""

from pathlib import Path
from typing import Any

from grader.probe.settings import Settings


def settings_of(root: Path, **changes: Any) -> Settings:
    """The settings of a script in the sandbox rooted at ``root``."""
    document: dict[str, Any] = {
        "main": "lab.py",
        "kind": "script",
        "seed": 0,
        "train_size": 64,
        "snapshots": 5,
        "cell_s": 0,
        "classes": 2,
        "graded_model": "last",
        "stand_ins": [],
        "data_files": [],
        "mentions": [],
        "skipped_cells": [],
    }
    return Settings(root=root, **(document | changes))
