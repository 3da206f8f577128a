"""What a run was asked to do, read from the inert ``settings/settings.json`` beside the probe."""

import json
import random
from pathlib import Path
from typing import Any, NamedTuple


class Settings(NamedTuple):
    """What the host tells the probe.

    ``main`` is the file to run, relative to the submission; ``train_size`` images per epoch;
    ``classes`` the least outputs of a model for this lab; of several that were trained, the
    ``graded_model`` is the last or the first; ``data_files`` are relative to the data
    folder; ``mentions`` says which of the words that helps ask for stand in the source;
    ``skipped_cells`` are numbers of code cells, from 1, that are not the student's;
    ``stop_after`` is empty, or ``step`` where the program is to end after its first training step.
    """

    root: Path
    main: str
    kind: str
    seed: int
    train_size: int
    snapshots: int
    cell_s: float
    classes: int
    graded_model: str
    stand_ins: list[str]
    data_files: list[str]
    mentions: list[str]
    skipped_cells: list[int]
    stop_after: str = ""

    @classmethod
    def read(cls, root: Path) -> "Settings":
        """Read the settings of the sandbox rooted at ``root``."""
        document: dict[str, Any] = json.loads((root / "settings" / "settings.json").read_text())
        return cls(root=root, **document)


def seed_everything(seed: int) -> None:
    """Seed the global generators. A generator that a student seeds or creates is their own."""
    import numpy
    import torch

    random.seed(seed)
    numpy.random.seed(seed)
    torch.manual_seed(seed)
