"""Weights & Biases: what a program gives it to keep is read back, for it trains with that."""

from collections.abc import Mapping
from types import ModuleType
from typing import Any

from ..notes import Note
from .inert import Inert

NOT_GIVEN = (
    "wandb is not installed here, and the program does not give it {name!r}: write the value into "
    "wandb.init(config={{...}}), or into the program"
)
NO_SWEEP = (
    "wandb is not installed here, so no sweep can choose values: call your training function "
    "yourself, with the values that you hand in"
)


def answers(note: Note) -> Any:
    """The names that keep something belong to one run; all others do nothing."""
    run = Run()
    known = {name: getattr(run, name) for name in ("config", "summary", "init", "log", "agent")}
    known |= {"run": run}

    def answer(module: ModuleType, name: str) -> Any:
        return known[name] if name in known else Inert()

    return answer


class Kept(dict[str, Any]):
    """Values by name, as items and as attributes; what was never given is an error that says so."""

    def __missing__(self, name: str) -> Any:
        raise KeyError(NOT_GIVEN.format(name=name))

    def __getattr__(self, name: str) -> Any:
        if name not in self:
            raise AttributeError(NOT_GIVEN.format(name=name))
        return self[name]

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value

    def update(self, given: Any = None, **options: Any) -> None:  # type: ignore[override]
        """Keep a mapping, or what ``argparse`` read."""
        if given is not None:
            super().update(given if isinstance(given, Mapping) else vars(given))

    def setdefaults(self, given: Mapping[str, Any]) -> None:
        """Keep what was not given before."""
        super().update({**given, **self})

    def as_dict(self) -> dict[str, Any]:
        """Return a plain copy."""
        return dict(self)


class Run(Inert):
    """What ``wandb.init`` returns."""

    def __init__(self) -> None:
        self.config = Kept()
        self.summary = Kept()

    def init(self, *args: Any, **kwargs: Any) -> "Run":
        """Keep the ``config``; a file of one is not read."""
        given = kwargs.get("config")
        if not isinstance(given, str):
            self.config.update(given)
        return self

    def log(self, values: Any = None, *args: Any, **kwargs: Any) -> None:
        """Remember the last of each value, as the summary of a run does."""
        self.summary.update(values)

    def agent(self, *args: Any, **kwargs: Any) -> None:
        """Refuse: a training with values from nowhere would be none."""
        raise RuntimeError(NO_SWEEP)
