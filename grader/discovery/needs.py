"""What a program needs: which framework it is written in, and what of it is not there."""

import sys
import sysconfig
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.machinery import PathFinder
from pathlib import PurePosixPath

from grader.discovery.imports import Import, Reach, packages, required
from grader.discovery.parse import Parsed
from grader.model.source import MissingModule

OTHER_FRAMEWORKS = {"tensorflow": "TensorFlow", "keras": "Keras", "jax": "JAX", "flax": "JAX"}


def framework(found: list[Import], parsed: Iterable[Parsed]) -> str | None:
    """Name the framework a program is written in, if nothing of it imports PyTorch."""
    untried = packages(one for one in found if not one.tried)
    other = next((title for name, title in OTHER_FRAMEWORKS.items() if name in untried), None)
    unread = any(one.error is not None and "torch" in one.cell.text for one in parsed)
    if unread or any("torch" in one.name for one in found):
        return None
    return other


def stand_ins(found: list[Import], own: set[str], offered: Iterable[str]) -> Iterator[str]:
    """Yield those of the ``offered`` libraries that the program cannot do without."""
    for one in offered:
        if one.partition(".")[0] not in own and required(found, one) is not None:
            yield one


def missing(found: list[Import], own: set[str], offered: Iterable[str]) -> Iterator[MissingModule]:
    """Yield the packages that neither the submission, Python nor its installation has.

    What is imported under a condition is meant for other machines.
    """
    known = own | {one.partition(".")[0] for one in offered}
    packages: dict[str, list[Import]] = {}
    for one in found:
        if not one.name.startswith("."):
            packages.setdefault(one.name.partition(".")[0], []).append(one)
    for name, imported in packages.items():
        place = required(imported, name, Reach.IN_A_FUNCTION)
        if place is not None and name not in known and not is_installed(name):
            yield MissingModule(name=name, place=place)


def is_installed(name: str) -> bool:
    """Whether Python or its installation has the package; looks, and imports nothing."""
    return (
        name in sys.stdlib_module_names or PathFinder.find_spec(name, _installed_at()) is not None
    )


@cache
def _installed_at() -> list[str]:
    """Where Python's installation has its packages; to find that out takes a millisecond."""
    return [sysconfig.get_path(place) for place in ("purelib", "platlib")]


def own_modules(files: Iterable[str]) -> set[str]:
    """The modules that are handed in or written: beside the main file, or wherever it looks.

    A folder that could not be imported, as a run's folder in ``wandb/``, separates them.
    """
    own: set[str] = set()
    for name in files:
        if name.endswith(".py"):
            for part in reversed(PurePosixPath(name.removesuffix(".py")).parts):
                if not part.isidentifier():
                    break
                own.add(part)
    return own
