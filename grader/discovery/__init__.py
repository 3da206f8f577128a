"""From a path to exactly one submission, and a first look at its source without running it."""

from grader.discovery.find import (
    find_submission,
    identifier,
    is_archive,
    open_submission,
    origin_of,
    unpacked,
)
from grader.discovery.limits import Limits
from grader.discovery.look import look_at_source

__all__ = [
    "Limits",
    "find_submission",
    "identifier",
    "is_archive",
    "look_at_source",
    "open_submission",
    "origin_of",
    "unpacked",
]
