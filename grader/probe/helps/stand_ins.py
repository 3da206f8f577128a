"""Libraries that only show something, where they are missing: imported, called, silent.

Which ones is the assignment's choice. A stand-in never replaces a library that is installed.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import sys
import types
from collections.abc import Sequence
from typing import Any

from ..settings import Settings
from .callers import asked_by_the_student
from .libraries import Answers, answers
from .notes import Note

NEEDS = {"torch.utils.tensorboard": "tensorboard"}
"""Modules that are there but cannot be imported without another."""


def install(settings: Settings, note: Note) -> None:
    """Answer the imports of ``settings.stand_ins`` that nothing else can answer."""
    missing = {name for name in settings.stand_ins if not _installed(name)}
    if missing:
        sys.meta_path.insert(0, _Finder(missing, note))


def _installed(name: str) -> bool:
    try:
        return importlib.util.find_spec(NEEDS.get(name, name)) is not None
    except (ImportError, ValueError):
        return False


class _Finder(importlib.abc.MetaPathFinder):
    """Finds the ``missing`` modules, what lies in them, and the packages they lie in."""

    def __init__(self, missing: set[str], note: Note) -> None:
        self.missing = missing
        self.note = note

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return a spec for a stand-in, or ``None`` for everything else."""
        if not any(_touches(name, one) for one in self.missing) or not asked_by_the_student():
            return None
        for one in self.missing:
            if name != one and not name.startswith(f"{one}."):
                continue
            self.note(f"stand_in:{one}")
            return importlib.machinery.ModuleSpec(name, _Loader(self.note), is_package=True)
        if any(one.startswith(f"{name}.") for one in self.missing) and not _elsewhere(name, path):
            return importlib.machinery.ModuleSpec(name, _Loader(self.note), is_package=True)
        return None


def _touches(name: str, missing: str) -> bool:
    """Whether a module is a missing one, lies in it, or is a package around it."""
    return f"{name}.".startswith(f"{missing}.") or missing.startswith(f"{name}.")


def _elsewhere(name: str, path: Sequence[str] | None) -> bool:
    """Whether another finder has the package ``name``, ``google`` for instance."""
    others = [finder for finder in sys.meta_path if not isinstance(finder, _Finder)]
    return any(finder.find_spec(name, path) is not None for finder in others)


class _Loader(importlib.abc.Loader):
    """Makes the silent modules."""

    def __init__(self, note: Note) -> None:
        self.note = note

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        """Return an empty module that has every name one asks for."""
        return _Silent(spec.name, answers(spec.name, self.note))

    def exec_module(self, module: types.ModuleType) -> None:
        """There is nothing to run."""


class _Silent(types.ModuleType):
    """A module in which every name is there."""

    def __init__(self, name: str, answer: Answers) -> None:
        super().__init__(name)
        self.__dict__["_answer"] = answer

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return self.__dict__["_answer"](self, name)
