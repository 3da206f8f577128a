"""What a run was asked to do, read from the inert ``settings/settings.json`` beside the probe."""

import json
import random
from pathlib import Path
from typing import Any, NamedTuple


class Settings(NamedTuple):
    """``main`` is the file to run, relative to the submission; ``train_size`` images per epoch."""

    root: Path
    main: str
    kind: str
    seed: int
    train_size: int
    snapshots: int
    cell_timeout_s: float

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
