"""What a program imports: which framework it is written in, and what of it is not there."""

import ast
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from importlib.machinery import PathFinder
from pathlib import Path

from grader.discovery.parse import Parsed
from grader.model.source import MissingModule, Place
from grader.model.submission import Submission

OTHER_FRAMEWORKS = {"tensorflow": "TensorFlow", "keras": "Keras", "jax": "JAX", "flax": "JAX"}
CODE = (".py", ".ipynb")


def imported(parsed: Iterable[Parsed], file: str) -> dict[str, Place]:
    """Return the modules that are imported unconditionally, each with its first place.

    ``from a import b`` counts as ``a`` and ``a.b``. What stands in ``try`` or ``if`` is meant for
    other machines too, and has an answer of its own where it is not there.
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
            yield node, [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            yield node, [node.module, *inner]


def framework(modules: Iterable[str], submission: Submission) -> str | None:
    """Name the framework a program is written in, if nothing of it speaks of PyTorch."""
    known = {name.partition(".")[0] for name in modules}
    other = next((title for name, title in OTHER_FRAMEWORKS.items() if name in known), None)
    if other is None or any(map(_speaks_of_torch, _code_files(submission))):
        return None
    return other


def _code_files(submission: Submission) -> Iterator[Path]:
    for name in submission.files:
        if name.endswith(CODE):
            yield submission.folder / name


def _speaks_of_torch(path: Path) -> bool:
    return b"torch" in path.read_bytes()


def stand_ins(
    modules: Iterable[str], submission: Submission, offered: Iterable[str]
) -> Iterator[str]:
    """Yield those of the ``offered`` libraries that the program cannot do without."""
    own = _own(submission)
    asked = {f"{name}." for name in modules if name.partition(".")[0] not in own}
    for one in offered:
        if any(name.startswith(f"{one}.") for name in asked):
            yield one


def missing(
    modules: dict[str, Place], submission: Submission, offered: Iterable[str]
) -> Iterator[MissingModule]:
    """Yield the packages that neither the submission, Python nor its installation has."""
    known = _own(submission) | {name.partition(".")[0] for name in offered}
    paths = [sysconfig.get_path(name) for name in ("purelib", "platlib")]
    packages: dict[str, Place] = {}
    for name, place in modules.items():
        packages.setdefault(name.partition(".")[0], place)
    for name, place in packages.items():
        if name in sys.stdlib_module_names or name in known:
            continue
        if PathFinder.find_spec(name, paths) is None:
            yield MissingModule(name=name, place=place)


def _own(submission: Submission) -> set[str]:
    """The modules that are handed in: beside the main file, or wherever it looks."""
    return {part.removesuffix(".py") for name in submission.files for part in name.split("/")}
