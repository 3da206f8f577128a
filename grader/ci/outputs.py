"""The outputs of a step: ``name=value`` lines that later steps of a workflow read."""

from collections.abc import Mapping
from pathlib import Path


def append(path: Path, values: Mapping[str, str]) -> None:
    """Add ``values`` to the file a runner named. Raises OSError.

    A value is one line: with a second one it could set another output.
    """
    with path.open("a", encoding="utf-8", errors="replace") as stream:
        stream.writelines(f"{name}={one_line(value)}\n" for name, value in values.items())


def one_line(text: str) -> str:
    """Return ``text`` with a space in place of whatever ends a line or is not seen."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
