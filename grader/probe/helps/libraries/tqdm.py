"""Progress bars: they go through their items, and count."""

import importlib
from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import Any, ClassVar

from ..notes import Note
from .inert import Inert

PARTS = frozenset({"auto", "autonotebook", "contrib", "notebook", "std"})
"""Modules; each has all the bars."""


def answers(note: Note) -> Any:
    """Every name is a bar, except those that make one in another way."""
    makers = {"trange": _counted, "tnrange": _counted, "tenumerate": _numbered, "tzip": _zipped}

    def answer(module: ModuleType, name: str) -> Any:
        return module if name in PARTS else makers.get(name, Bar)

    return answer


class Bar(Inert):
    """A progress bar that shows nothing."""

    _instances: ClassVar[set["Bar"]] = set()  # notebooks clear it before they start a new bar

    def __init__(
        self,
        iterable: Iterable[Any] | None = None,
        desc: str | None = None,
        total: float | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        self.iterable = () if iterable is None else iterable
        self.desc = desc
        self.n = kwargs.get("initial", 0)
        known = iterable is not None and hasattr(iterable, "__len__")
        self.total = len(iterable) if total is None and known else total  # type: ignore[arg-type]

    def __iter__(self) -> Iterator[Any]:
        for item in self.iterable:
            yield item
            self.n += 1

    def __len__(self) -> int:
        if self.total is None:
            return len(self.iterable)  # type: ignore[arg-type]
        return int(self.total)

    def update(self, n: float | None = 1) -> "Bar":
        """Count ``n`` more."""
        self.n += 1 if n is None else n
        return self

    def reset(self, total: float | None = None) -> None:
        """Count from the start again."""
        self.n = 0
        self.total = self.total if total is None else total

    @classmethod
    def write(cls, text: str, *args: Any, **kwargs: Any) -> None:
        """Print a line, as the real bars do between their updates."""
        print(text)  # noqa: T201

    @classmethod
    def pandas(cls, *args: Any, **kwargs: Any) -> None:
        """Give pandas what the real bars give it."""
        pandas = importlib.import_module("pandas")
        for owner in (pandas.Series, pandas.DataFrame):
            for name in ("apply", "map"):
                setattr(owner, f"progress_{name}", getattr(owner, name))


def _counted(*limits: int, **kwargs: Any) -> Bar:
    return Bar(range(*limits))


def _numbered(items: Iterable[Any], start: int = 0, **kwargs: Any) -> Bar:
    return Bar(enumerate(items, start), total=kwargs.get("total"))


def _zipped(*items: Iterable[Any], **kwargs: Any) -> Bar:
    return Bar(zip(*items, strict=False))
