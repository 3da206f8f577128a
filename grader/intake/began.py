"""Whether a run came as far as the student's program, and what it printed from there on.

Our part of a run prints one line before it lets the program begin. Files can be removed and forged
by the program; what was printed cannot be taken back. So whatever failed after that line may be the
program's doing, and what failed before it is ours.
"""

from grader.model.run import ProcessEnd

BEGINS = "\x1egrader: the program begins\n"
"""The same as in ``grader/probe/start.py``, which travels."""


def began(end: ProcessEnd) -> bool:
    """Whether the program was begun: before that, nobody else can have printed the line."""
    return BEGINS in end.stdout


def without_mark(end: ProcessEnd) -> ProcessEnd:
    """The same ending with nothing in its output but what the program printed.

    What stands before the line is what a notebook's kernel says when it starts.
    """
    if not began(end):
        return end
    return end.model_copy(update={"stdout": end.stdout.partition(BEGINS)[2]})
