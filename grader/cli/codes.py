"""The exit codes that every command keeps to, and the warning that none goes without."""

BELOW = 1
"""Graded and below the pass mark, or a check that found something wanting."""
CALLER = 2
"""Something only the caller can fix."""
OURS = 3
"""The grader's own fault, or a result that needs a person."""
INTERRUPTED = 130
NOT_ISOLATED = (
    "warning: not isolated: the submission can read and change all your files. Only run code you "
    "trust, or install a sandbox ('grader doctor' says which)."
)
