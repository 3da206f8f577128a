"""Puts the probe into this process: seeds, hooks, and a recorder that outlives surprises."""

import atexit
from pathlib import Path

from .outbox import Outbox
from .recorder import Recorder
from .settings import Settings, seed_everything


def install(root: Path) -> Recorder:
    """Install the probe for the sandbox rooted at ``root`` and return its recorder."""
    settings = Settings.read(root)
    recorder = Recorder(Outbox(root / "outbox"), settings.train_size, settings.snapshots)
    recorder.install()
    atexit.register(recorder.finish)
    seed_everything(settings.seed)
    return recorder
