"""From a path to exactly one submission, and a first look at its source without running it."""

from grader.discovery.find import find_submission, open_submission
from grader.discovery.look import look_at_source

__all__ = ["find_submission", "look_at_source", "open_submission"]
