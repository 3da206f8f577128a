"""How much a submission may hold, and what beside the work is left where it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

MAX_FILES = 500
MAX_BYTES = 200_000_000
MAX_LEVELS = 100
"""Folders within each other: Python makes and removes them one call deeper for each."""
CODE = (".py", ".ipynb")
SKIPPED = {
    *("__pycache__", ".git", ".ipynb_checkpoints", ".venv", "venv", "node_modules"),
    *("site-packages", "__MACOSX", "demo-reports"),
}
GIVEN = {"data", "env", "results"}
"""Data, an environment, or what the grader writes; it may be a package, so the code in it stays."""
OF_AN_ENVIRONMENT = {"lib", "lib64", "bin", "Lib", "Scripts", "share"}


@dataclass(frozen=True)
class Limits:
    """How much an archive may hold; ``remedy`` ends the sentence that refuses more."""

    max_files: int = MAX_FILES
    max_bytes: int = MAX_BYTES
    max_levels: int = 12
    remedy: str = "pack the code alone into a new zip"


def is_skipped(parts: Sequence[str]) -> bool:
    """Whether the file with these path parts is no part of the work.

    The grader provides the data; archives made on a Mac bring a ``._name`` for every name.
    """
    *folders, name = parts
    if SKIPPED & set(folders) or name.startswith("._"):
        return True
    if any(a == "env" and b in OF_AN_ENVIRONMENT for a, b in pairwise(folders)):
        return True
    return bool(GIVEN & set(folders)) and not name.lower().endswith(CODE)


def is_passed_by(folders: Sequence[str]) -> bool:
    """Whether no file in or below the folder with these path parts is part of the work."""
    return is_skipped((*folders, CODE[0]))
