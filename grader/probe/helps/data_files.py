"""A known data file that is asked for in another place is found.

Programs carry the paths of the machine they were written on: a drive of Colab, backslashes, an
absolute home, a misspelt name. Only a read that fails is helped, and only by the course's files;
a question whether a file is there is helped only for a path of another machine.
"""

import builtins
import difflib
import functools
import io
import os
import pathlib
import re
from typing import Any

import numpy

from ..settings import Settings
from .notes import Note

ALIKE = 0.9
"""How alike a misspelt name must be: one or two letters of twenty."""
OTHER_SETS = frozenset({"fashionmnist", "kmnist", "emnist", "qmnist"})
"""Data sets whose files are called like MNIST's."""
COPY = re.compile(r"^copy of |( ?\(\d+\)| - copy)(?=\.\w+$)")
"""What browsers and drives add to the name of a second copy."""
MNIST_FOLDER = "MNIST/raw/"
READING = frozenset("rbtU")
READERS = ("loadtxt", "genfromtxt", "fromfile")
"""Functions of numpy that open files in a way of their own."""


def install(settings: Settings, note: Note) -> None:
    """Wrap what opens files and what asks whether they exist."""
    finder = Finder(settings.root / "data", settings.data_files, note)
    opened = finder.opening(builtins.open)
    builtins.open = io.open = opened
    for name in READERS:
        setattr(numpy, name, finder.reading(getattr(numpy, name)))
    for owner in (os.path, pathlib.Path):
        for name in ("exists", "isfile" if owner is os.path else "is_file"):
            setattr(owner, name, finder.existing(getattr(owner, name)))


class Finder:
    """Knows the data files by name; ``files`` are relative to ``folder``."""

    def __init__(self, folder: pathlib.Path, files: list[str], note: Note) -> None:
        self.known = {os.path.basename(file).lower(): str(folder / file) for file in files}
        self.note = note

    def find(self, path: Any, misspelt: bool) -> str | None:
        """Where the file lies that ``path`` means, or ``None``; a descriptor means none."""
        if not isinstance(path, (str, os.PathLike)):
            return None
        parts = re.split(r"[\\/]", str(os.fspath(path)).lower())
        if OTHER_SETS & set(parts):
            return None
        name = COPY.sub("", parts[-1]).replace("_validation.", "_valid.")
        return self.known.get(name) or (self._misspelt(name) if misspelt else None)

    def _misspelt(self, name: str) -> str | None:
        """The file whose name is nearly this one; a name with something added is another file."""
        for near in difflib.get_close_matches(name, self.known, 1, ALIKE):
            stem, suffix = os.path.splitext(near)
            if os.path.splitext(name)[1] == suffix and not name.startswith(stem):
                return self.known[near]
        return None

    def opening(self, original: Any) -> Any:
        """Wrap an ``open``: where there is no such file, the known one of that name."""

        reading = self.reading(original)

        @functools.wraps(original)
        def open_(file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
            which = reading if READING >= set(mode) else original
            return which(file, mode, *args, **kwargs)

        return open_

    def reading(self, original: Any) -> Any:
        """Wrap a function that reads the file named first, in the same way."""

        @functools.wraps(original)
        def read(file: Any, *args: Any, **kwargs: Any) -> Any:
            try:
                return original(file, *args, **kwargs)
            except (FileNotFoundError, NotADirectoryError):
                found = self.find(file, misspelt=True)
                if found is None:
                    raise
            self.note(f"data_found:{os.fspath(file)}")
            return original(found, *args, **kwargs)

        return read

    def existing(self, original: Any) -> Any:
        """Wrap a question for a file: one of another machine that would be found is there."""

        @functools.wraps(original)
        def exists(path: Any, *args: Any, **kwargs: Any) -> bool:
            there = bool(original(path, *args, **kwargs))
            return there or (_of_another_machine(path) and self.find(path, False) is not None)

        return exists


def _of_another_machine(path: Any) -> bool:
    """Whether a path cannot be one the program writes itself, a cache of its own for instance.

    A folder for MNIST, wherever it is, only ever holds what would be downloaded into it.
    """
    if not isinstance(path, (str, os.PathLike)):
        return False
    text = str(os.fspath(path))
    inside = os.path.abspath(text).startswith(os.getcwd() + os.sep)
    return not inside or "\\" in text or MNIST_FOLDER in text.replace("\\", "/")
