"""Limits of an assignment, with what a caller overrides."""

from pydantic import ValidationError

from grader.errors import CallerError
from grader.model.run import Limits

OPTIONS = {"wall_s": "--timeout", "threads": "--threads"}
KNOWN = ("memory_mb", "disk_mb", "files", "processes", "output_mb", "cell_s")
"""What may be overridden by name; the other limits have options of their own."""


def overridden(limits: Limits, changes: tuple[str, ...]) -> Limits:
    """Return ``limits`` with each ``NAME=N`` of ``changes``. Raises CallerError."""
    values = {}
    for change in changes:
        name, _, number = change.partition("=")
        if name in OPTIONS:
            raise CallerError(f"{name} has an option of its own: use {OPTIONS[name]} {number}")
        if name not in KNOWN:
            raise CallerError(
                f"there is no limit {name[:40]!a}: write NAME=N with one of {', '.join(KNOWN)}"
            )
        values[name] = number
    try:
        return Limits.model_validate(limits.model_dump() | values)
    except ValidationError as error:
        first = error.errors()[0]
        wrong, given = first["loc"][0], str(first["input"])[:40]
        least = "0 or more" if wrong == "cell_s" else "a whole number above 0"
        raise CallerError(f"the limit {wrong} cannot be {given!a}: give {least}") from None
