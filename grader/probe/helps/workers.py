"""Where processes cannot share memory, a loader loads by itself: the same batches, one by one."""

import functools
import inspect
import multiprocessing
from typing import Any

from torch.utils.data import DataLoader

from ..settings import Settings
from .notes import Note

FOR_WORKERS = ("prefetch_factor", "persistent_workers", "timeout", "multiprocessing_context")
"""What a loader refuses to be told while it has no workers."""


def install(settings: Settings, note: Note) -> None:
    """Leave workers out where a lock between processes cannot be made."""
    try:
        multiprocessing.Lock()
    except OSError:
        _leave_out(note)


def _leave_out(note: Note) -> None:
    original: Any = DataLoader.__init__
    signature = inspect.signature(original)

    @functools.wraps(original)
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        given = signature.bind(self, *args, **kwargs)
        if given.arguments.get("num_workers"):
            note("no_workers")
            for name in ("num_workers", *FOR_WORKERS):
                given.arguments.pop(name, None)
        original(*given.args, **given.kwargs)

    DataLoader.__init__ = __init__  # type: ignore[method-assign]
