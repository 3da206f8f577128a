"""``grader.toml``: the one file by which a repository says what it hands in, and nothing else.

Whoever is graded writes this file. So it names files, and everything it could soften a gate with is
refused by name instead of being passed over: nobody is left in the belief that it counts.
"""

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Any

from grader.errors import SubmissionError

NAME = "grader.toml"
TABLE = "files"
LARGEST = 64_000
"""Bytes: names of files take a few hundred."""
ONLY = f'{NAME} may only name files, such as lab1 = "lab1.ipynb" below [{TABLE}]'
SUFFIXES = (".py", ".ipynb")
AT = re.compile(r"\(at line (\d+),")
"""Where a syntax error stands, as tomllib says it."""


class WrongNames(SubmissionError):
    """``grader.toml`` cannot be used as it is; ``line`` is where, from 1."""

    def __init__(self, sentence: str, line: int = 1) -> None:
        super().__init__(sentence)
        self.line = line


def named_file(folder: Path, slug: str, slugs: Iterable[str]) -> str | None:
    """Return the file that ``folder`` hands in for the lab ``slug``, as its ``grader.toml`` says.

    ``None`` where it names none. ``slugs`` are the labs there are. Raises WrongNames for
    whatever else the file holds, for other labs too.
    """
    path = folder / NAME
    if path.is_symlink():
        raise WrongNames(f"{NAME} is a link: put a file of that name in its place")
    if not path.exists():
        return None
    if not path.is_file():
        raise WrongNames(
            f"{NAME} is a folder or no plain file: put a file of that name in its place"
        )
    files = _files(_parsed(path))
    known = set(slugs)
    for lab, name in files.items():
        if lab not in known:
            there = ", ".join(sorted(known))
            raise WrongNames(f"{NAME} names a file for {lab!a}: the labs are {there}")
        _require_name(lab, name)
    chosen = files.get(slug)
    if chosen is not None:
        _require_inside(folder, chosen)
    return chosen


def _parsed(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise WrongNames(f"{NAME} is larger than {LARGEST // 1000} kB: {ONLY}")
        return tomllib.loads(content.decode("utf-8-sig"))
    except OSError as error:
        raise WrongNames(f"{NAME} cannot be read ({error.strerror}): check its rights") from None
    except (ValueError, RecursionError) as error:
        said = str(error).splitlines()[0][:200] if str(error) else "it is nested too deeply"
        at = AT.search(said)
        line = int(at[1]) if at else 1
        raise WrongNames(f"{NAME} is not valid TOML ({said}): {ONLY}", line) from None


def _files(document: dict[str, Any]) -> dict[str, Any]:
    strange = [key for key in document if key != TABLE]
    if strange:
        raise WrongNames(f"{ONLY}: remove {strange[0][:80]!a}, which the course decides")
    files = document.get(TABLE, {})
    if not isinstance(files, dict):
        raise WrongNames(f"{ONLY}: make [{TABLE}] a table")
    return files


def _require_name(lab: str, name: object) -> None:
    """Raises WrongNames unless it is the name of a script or notebook below the folder."""
    if not isinstance(name, str):
        raise WrongNames(f"{ONLY}: give {lab} the name of one file, in quotes")
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or ".." in parts or "\\" in name or ":" in name:
        raise WrongNames(
            f"{NAME} names {name[:80]!a} for {lab}, which is not inside the repository: name the "
            "file by its path from there, with forward slashes"
        )
    if not name.isprintable() or not name.lower().endswith(SUFFIXES):
        raise WrongNames(
            f"{NAME} names {name[:80]!a} for {lab}: name a .py script or an .ipynb notebook"
        )


def _require_inside(folder: Path, name: str) -> None:
    """Raises WrongNames where there is no such file, or only a link leads to it."""
    path = folder / name
    if not _is_file(path):
        raise WrongNames(
            f"{NAME} names {name[:80]!a}, and there is no such file: correct the name, "
            "or add the file"
        )
    if path.resolve() != folder.resolve() / PurePosixPath(name):
        raise WrongNames(f"{NAME} names {name[:80]!a}, which is a link: hand in the file itself")


def _is_file(path: Path) -> bool:
    """Whether there is such a file; none has a name that is too long for the file system."""
    try:
        return path.is_file()
    except OSError:
        return False
