"""Puts the probe into this process: seeds, hooks, and a recorder that outlives surprises."""

import atexit
from pathlib import Path

from . import early, helps, where
from .outbox import Outbox
from .recorder import Recorder
from .settings import Settings, seed_everything


def install(root: Path) -> Recorder:
    """Install the probe for the sandbox rooted at ``root`` and return its recorder."""
    settings = Settings.read(root)
    outbox = Outbox(root / "outbox")
    recorder = Recorder(outbox, settings)
    if settings.stop_after == early.STEP:
        early.put_before(recorder, outbox, settings.kind)
    recorder.install()
    where.listen(root / "outbox")
    atexit.register(recorder.finish)
    seed_everything(settings.seed)
    for help_ in helps.ALL:
        help_.install(settings, recorder.notes.add)
    return recorder
