"""How much a submission may hold, and what beside the work is left where it is."""

from collections.abc import Sequence

MAX_FILES = 500
MAX_BYTES = 200_000_000
SKIPPED = {
    *("__pycache__", ".git", ".ipynb_checkpoints", ".venv", "venv", "env", "node_modules"),
    *("__MACOSX", "data", "results", "demo-reports"),
}


def is_skipped(parts: Sequence[str]) -> bool:
    """Whether the file with these path parts is no part of the work.

    The grader provides the data; archives made on a Mac bring a ``._name`` for every name.
    """
    return bool(SKIPPED & set(parts[:-1])) or parts[-1].startswith("._")
