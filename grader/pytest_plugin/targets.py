"""Which submissions, and which of their criteria, the arguments of pytest name."""

import os
from collections.abc import Collection, Mapping
from pathlib import Path

import pytest

from grader.errors import CallerError

Targets = Mapping[Path, Collection[str]]
"""The criteria that are wanted of each submission, by its absolute path."""


def targets(config: pytest.Config, criteria: Collection[str]) -> Targets:
    """Read ``PATH`` and ``PATH::CRITERION``, the folder itself where none is named.

    Raises CallerError where something is not there, or lies in another one.
    """
    here = config.invocation_params.dir
    named = config.args if config.args_source is config.ArgsSource.ARGS else [str(here)]
    found: dict[Path, set[str]] = {}
    for argument in named:
        path, *parts = argument.split("::")
        if not path.isprintable():
            raise CallerError(f"the name {path!a} has signs that cannot be shown: rename it")
        if not set(parts) <= set(criteria):
            raise CallerError(
                f"there is no criterion '{'::'.join(parts)}': name one of {', '.join(criteria)}"
            )
        place = Path(os.path.abspath(here / path))
        if not place.exists():
            raise CallerError(f"there is nothing at {path}: name a script, notebook, folder or zip")
        found.setdefault(place, set()).update(parts or criteria)
    for place in found:
        if not found.keys().isdisjoint(place.parents):
            raise CallerError(f"{place} is part of another submission that is named: name one")
    return found
