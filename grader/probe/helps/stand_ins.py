"""Libraries that only show something, where they are missing: imported, called, silent.

Which ones is the assignment's choice. A stand-in never replaces a library that is installed.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import sys
import sysconfig
import types
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ..settings import Settings
from .notes import Note

NEEDS = {"torch.utils.tensorboard": "tensorboard"}
"""Modules that are there but cannot be imported without another."""
INSTALLED = tuple({sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")})
PARTS = frozenset({"auto", "autonotebook", "notebook", "std"})
"""The modules of tqdm; each has all its bars."""


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
        if not any(_touches(name, one) for one in self.missing) or not _asked_by_the_student():
            return None
        for one in self.missing:
            if name != one and not name.startswith(f"{one}."):
                continue
            self.note(f"stand_in:{one}")
            return importlib.machinery.ModuleSpec(name, _Loader(), is_package=True)
        if any(one.startswith(f"{name}.") for one in self.missing) and not _elsewhere(name, path):
            return importlib.machinery.ModuleSpec(name, _Loader(), is_package=True)
        return None


def _touches(name: str, missing: str) -> bool:
    """Whether a module is a missing one, lies in it, or is a package around it."""
    return f"{name}.".startswith(f"{missing}.") or missing.startswith(f"{name}.")


def _asked_by_the_student() -> bool:
    """Whether the student's own code imports it: a library that only tries one goes without."""
    frame = sys._getframe(2)
    while frame.f_back is not None and "importlib" in frame.f_code.co_filename:
        frame = frame.f_back
    return not frame.f_code.co_filename.startswith(INSTALLED)


def _elsewhere(name: str, path: Sequence[str] | None) -> bool:
    """Whether another finder has the package ``name``, ``google`` for instance."""
    others = [finder for finder in sys.meta_path if not isinstance(finder, _Finder)]
    return any(finder.find_spec(name, path) is not None for finder in others)


class _Loader(importlib.abc.Loader):
    """Makes the silent modules."""

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        """Return an empty module that has every name one asks for."""
        return _Silent(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """There is nothing to run."""


class _Silent(types.ModuleType):
    """A module in which every name is there."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        if self.__name__.partition(".")[0] == "tqdm":
            return {"trange": _counted, "tnrange": _counted}.get(
                name, self if name in PARTS else Bar
            )
        return Inert()


class Inert:
    """Whatever one does with it, nothing happens."""

    def __getattr__(self, name: str) -> "Inert":
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *args: Any, **kwargs: Any) -> "Inert":
        return self

    def __getitem__(self, key: Any) -> "Inert":
        return self

    def __setitem__(self, key: Any, value: Any) -> None:
        pass

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __enter__(self) -> "Inert":
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def __fspath__(self) -> str:
        return "stand-in"

    def __repr__(self) -> str:
        return ""


class Bar(Inert):
    """A progress bar that goes through its items and shows nothing."""

    def __init__(self, iterable: Iterable[Any] = (), *args: Any, **kwargs: Any) -> None:
        self.iterable = iterable

    def __iter__(self) -> Iterator[Any]:
        return iter(self.iterable)

    def __len__(self) -> int:
        return len(self.iterable)  # type: ignore[arg-type]

    @classmethod
    def write(cls, text: str, *args: Any, **kwargs: Any) -> None:
        """Print a line, as the real bars do between their updates."""
        print(text)  # noqa: T201


def _counted(*limits: int, **kwargs: Any) -> Bar:
    return Bar(range(*limits))
