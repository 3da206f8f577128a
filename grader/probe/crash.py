"""Describes a student's exception: what, where in their code, and the traceback they know."""

import sys
import traceback
from typing import Any


def at_home(found: dict[str, Any], folder: str) -> dict[str, Any]:
    """Name files as the student does: relative to the ``folder`` their work was copied to.

    Where Python itself lies is nobody's business either.
    """
    places = (folder, sys.prefix, sys.base_prefix)
    return {key: _without(value, places) for key, value in found.items()}


def _without(value: Any, places: tuple[str, ...]) -> Any:
    for place in places if isinstance(value, str) else ():
        value = value.replace(f"{place}/", "")
    return value


def describe(error: BaseException, own_files: set[str]) -> dict[str, Any]:
    """Return ``{type, message, traceback, line, file}``; frames of ours are left out.

    ``own_files`` are the file names of the student's code; ``line`` is the deepest line in them.
    """
    if isinstance(error, SyntaxError):
        text = "".join(traceback.format_exception_only(error))
        return {**_named(error), "traceback": text, "line": error.lineno, "file": error.filename}
    frames = traceback.extract_tb(error.__traceback__)
    first = next((i for i, frame in enumerate(frames) if frame.filename in own_files), 0)
    shown = [frame for frame in frames[first:] if "grader_probe" not in frame.filename]
    own = [frame for frame in shown if frame.filename in own_files]
    lines = ["Traceback (most recent call last):\n", *traceback.format_list(shown)]
    lines += traceback.format_exception_only(error)
    return {
        **_named(error),
        "traceback": "".join(lines),
        "line": own[-1].lineno if own else None,
        "file": own[-1].filename if own else None,
    }


def _named(error: BaseException) -> dict[str, Any]:
    return {"type": type(error).__name__, "message": str(error)[:2000]}
