"""Notices that a program seeds torch itself: another run of it gives the same result."""

import functools

import torch

from ..settings import Settings
from .notes import Note


def install(settings: Settings, note: Note) -> None:
    """Wrap ``torch.manual_seed``; call after the run itself has been seeded."""
    original = torch.manual_seed

    @functools.wraps(original)
    def manual_seed(seed: int) -> torch.Generator:
        note("own_seed")
        return original(seed)

    torch.manual_seed = torch.random.manual_seed = manual_seed
