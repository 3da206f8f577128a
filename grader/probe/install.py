"""Puts the probe into this process: seeds, hooks, and a recorder that outlives surprises."""

import atexit
from pathlib import Path

from . import helps, where
from .outbox import Outbox
from .recorder import Recorder
from .settings import Settings, seed_everything


def install(root: Path) -> Recorder:
    """Install the probe for the sandbox rooted at ``root`` and return its recorder."""
    settings = Settings.read(root)
    recorder = Recorder(Outbox(root / "outbox"), settings)
    recorder.install()
    where.listen(root / "outbox")
    atexit.register(recorder.finish)
    seed_everything(settings.seed)
    for help_ in helps.ALL:
        help_.install(settings, recorder.notes.add)
    return recorder
