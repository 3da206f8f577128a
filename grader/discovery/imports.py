"""What a program imports: which framework it is written in, and what of it is not there."""

import ast
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from importlib.machinery import PathFinder

from grader.discovery.parse import Parsed
from grader.model.evidence import MissingModule, Place
from grader.model.submission import Submission

OTHER_FRAMEWORKS = {
    "tensorflow": "TensorFlow",
    "keras": "Keras",
    "jax": "JAX",
    "flax": "JAX",
    "sklearn": "scikit-learn",
}


def imported(parsed: Iterable[Parsed], file: str) -> dict[str, Place]:
    """Return the packages that are imported unconditionally, each with its first place.

    What stands in ``try`` or ``if`` is meant for other machines too.
    """
    found: dict[str, Place] = {}
    for one in parsed:
        for node, names in _imports(one.tree.body if one.tree else []):
            place = Place(file=file, cell=one.cell.number, line=node.lineno)
            for name in names:
                found.setdefault(name, place)
    return found


def _imports(body: Iterable[ast.stmt]) -> Iterator[tuple[ast.stmt, list[str]]]:
    for node in body:
        if isinstance(node, ast.Import):
            yield node, [alias.name.partition(".")[0] for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node, [node.module.partition(".")[0]]


def framework(packages: Iterable[str]) -> str | None:
    """Name the framework a program is written in, if that is not PyTorch."""
    known = set(packages)
    if {"torch", "torchvision"} & known:
        return None
    return next((title for name, title in OTHER_FRAMEWORKS.items() if name in known), None)


def missing(
    packages: dict[str, Place], submission: Submission, stand_ins: Iterable[str]
) -> Iterator[MissingModule]:
    """Yield the packages that neither the submission, Python nor its installation has."""
    own = {name.partition("/")[0].removesuffix(".py") for name in submission.files}
    silent = {name.partition(".")[0] for name in stand_ins}
    paths = [sysconfig.get_path(name) for name in ("purelib", "platlib")]
    for name, place in packages.items():
        if name in sys.stdlib_module_names or name in own | silent:
            continue
        if PathFinder.find_spec(name, paths) is None:
            yield MissingModule(name=name, place=place)
