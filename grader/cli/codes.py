"""The exit codes that every command keeps to."""

BELOW = 1
"""Graded and below the pass mark, or a check that found something wanting."""
CALLER = 2
"""Something only the caller can fix."""
OURS = 3
"""The grader's own fault, or a result that needs a person."""
INTERRUPTED = 130
