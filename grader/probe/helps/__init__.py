"""Keeps work that is right elsewhere from failing here for a reason that is not the student's.

Each file is one such help. Every help that was really needed leaves a note for the student: its
name, after a colon the thing it was about. The sentences are the host's, in ``intake/notes.py``.
"""

from . import (
    accelerator,
    data_files,
    prompts,
    seeds,
    shells,
    stand_ins,
    workers,
    written_files,
)
from .notes import Note, Notes

ALL = (
    accelerator,
    written_files,  # before data_files: what a program saved itself is found first
    data_files,
    prompts,
    seeds,
    shells,
    stand_ins,
    workers,
)

__all__ = ["ALL", "Note", "Notes"]
