"""Which file of a folder is the submission.

One rule: in the shallowest folder with code, the one notebook or script that no other there uses. A
script is used by what imports it, by a notebook that names it, and by the notebook whose name it
bears: it is its export. A file without any code counts only where all are. Everything else is
ambiguous.
"""

import os
import re
from pathlib import Path

from grader.discovery.imports import imports, packages
from grader.discovery.limits import CODE, GIVEN, SKIPPED, is_skipped
from grader.discovery.parse import parse
from grader.discovery.source import Cell, Unreadable, read_cells
from grader.errors import SubmissionError

NAMED = re.compile(r"(?<![\w-])([\w-]+)\.py\b")
"""A script by its name. Without looking back, a long word would be searched from each letter."""


def main_file(folder: Path, chosen: str | None, shown: str) -> Path:
    """Return the submission in ``folder``; ``chosen`` names it relative to that. Raises
    SubmissionError, with the candidates; ``shown`` is what the caller calls the folder.
    """
    if chosen is not None:
        path = folder / os.path.normpath(chosen)  # files are told apart by their names
        if not path.resolve().is_relative_to(folder.resolve()) or not _is_plain(path):
            raise SubmissionError(f"--main names {chosen}, and {shown} holds no such file")
        return path
    found = _shallowest(folder, SKIPPED | GIVEN) or _shallowest(folder, SKIPPED)
    if not found:
        raise SubmissionError(f"{shown} holds no .py script and no .ipynb notebook")
    candidates = found if len(found) == 1 else _candidates(found)
    if len(candidates) > 1:
        names = ", ".join(path.relative_to(folder).as_posix() for path in candidates[:6])
        raise SubmissionError(
            f"{shown} holds several candidates ({names}): name the one to grade with --main"
        )
    return candidates[0]


def _shallowest(folder: Path, skipped: set[str]) -> list[Path]:
    """The code in the folders of the least depth that hold any: most archives wrap their files."""
    level = [folder]
    while level:
        things = sorted(path for place in level for path in place.iterdir() if _is_seen(path))
        code = [path for path in things if path.suffix.lower() in CODE and path.is_file()]
        found = [path for path in code if not is_skipped(path.relative_to(folder).parts)]
        if found:
            return found
        level = [path for path in things if path.is_dir() and path.name not in skipped]
    return []


def _is_plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _is_seen(path: Path) -> bool:
    return not path.name.startswith(".") and not path.is_symlink()


def _candidates(found: list[Path]) -> list[Path]:
    """Those that hold code and that no other uses; all, where that leaves none."""
    code = {path: _cells(path) for path in found}
    holding = [path for path in found if any(cell.text.strip() for cell in code[path])] or found
    used = {other for path in holding for other in _used(path, code[path], holding)}
    return [path for path in holding if path not in used] or holding


def _cells(path: Path) -> list[Cell]:
    """The code of a file; of one that cannot be read, that there is something."""
    try:
        return read_cells(path.parent, path.name)
    except Unreadable:
        return [Cell(path.name, None, "?" if path.stat().st_size else "")]


def _used(path: Path, cells: list[Cell], found: list[Path]) -> list[Path]:
    """The scripts beside ``path`` that belong to it."""
    modules = packages(imports(map(parse, cells)))
    if path.suffix.lower() == ".ipynb":
        text = "\n".join(cell.text for cell in cells)
        modules |= {path.stem, *NAMED.findall(text)}
    beside = [other for other in found if other.parent == path.parent and other != path]
    return [one for one in beside if one.suffix.lower() == ".py" and one.stem in modules]
