"""Which file of a folder is the submission.

One rule: the one notebook; in a folder without notebooks the one script that no other script there
imports. A folder that holds nothing but one folder is that folder. Everything else is ambiguous.
"""

import ast
from pathlib import Path

from grader.discovery.limits import SKIPPED
from grader.errors import SubmissionError


def main_file(folder: Path, chosen: str | None, shown: str) -> Path:
    """Return the submission in ``folder``; ``chosen`` names it relative to that. Raises
    SubmissionError, with the candidates; ``shown`` is what the caller calls the folder.
    """
    if chosen is not None:
        path = folder / chosen
        if not path.resolve().is_relative_to(folder.resolve()) or not _is_plain(path):
            raise SubmissionError(f"--main names {chosen}, and {shown} holds no such file")
        return path
    inner = _inner(folder)
    for suffix in (".ipynb", ".py"):
        found = sorted(path for path in inner.iterdir() if _gradable(path, suffix))
        if len(found) > 1 and suffix == ".py":
            found = _not_imported(found) or found
        if len(found) == 1:
            return found[0]
        if found:
            names = ", ".join(str(path.relative_to(folder)) for path in found[:6])
            raise SubmissionError(
                f"{shown} holds several candidates ({names}): name the one to grade with --main"
            )
    raise SubmissionError(f"{shown} holds no .py script and no .ipynb notebook")


def _inner(folder: Path) -> Path:
    """Go through folders that hold one folder and no file: most archives wrap their files."""
    while True:
        things = [
            path
            for path in folder.iterdir()
            if not path.name.startswith(".") and path.name not in SKIPPED and not path.is_symlink()
        ]
        if len(things) != 1 or not things[0].is_dir():
            return folder
        folder = things[0]


def _is_plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _gradable(path: Path, suffix: str) -> bool:
    """No link, and no hidden file."""
    return path.suffix.lower() == suffix and not path.name.startswith(".") and _is_plain(path)


def _not_imported(scripts: list[Path]) -> list[Path]:
    """The scripts that no other of them imports."""
    imported: set[str] = set()
    for script in scripts:
        imported |= _imported(script) - {script.stem}
    return [script for script in scripts if script.stem not in imported]


def _imported(script: Path) -> set[str]:
    try:
        tree = ast.parse(script.read_bytes())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {(node.module or "").partition(".")[0]}
            names |= {alias.name for alias in node.names} if node.level else set()
    return names
