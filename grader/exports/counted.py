"""Which grades may leave for a gradebook: those that are final, and a fault of ours never."""

from collections.abc import Iterable, Iterator

from grader.exports.interface import Wanted
from grader.model.grade import Grade
from grader.reports.class_members import Member, Standing

WAITS = "its grade still waits for a person: see 'grader review', or give --provisional"
NO_SCORE = "it has no score, for the grader itself failed: grade it again"


def counted(wanted: Wanted) -> tuple[list[tuple[Member, Grade]], list[str]]:
    """Return everybody whose grade counts, with it, and a sentence for each who handed something
    in whose grade does not.
    """
    found, left = list[tuple[Member, Grade]](), list[str]()
    for one in wanted.members:
        why = why_not(one, provisional=wanted.provisional)
        if not why and one.graded is not None:
            found.append((one, one.graded.grade))
        elif one.standing is not Standing.MISSING:
            left.append(f"{one.student}: {why}")
    return found, left


def why_not(one: Member, *, provisional: bool) -> str:
    """Why a grade does not leave; empty where it does."""
    if one.graded is None:
        return one.why or "there is no grade"
    if one.graded.grade.score is None:
        return NO_SCORE
    return WAITS if one.standing is Standing.REVIEW and not provisional else ""


def final(members: Iterable[Member], *, provisional: bool) -> Iterator[Member]:
    """Those whose grade leaves."""
    return (one for one in members if not why_not(one, provisional=provisional))


def ungraded(members: Iterable[Member]) -> tuple[str, ...]:
    """A sentence for each who handed something in and has no grade at all."""
    return tuple(
        f"{one.student}: {one.why}" for one in members if one.standing is Standing.NOT_GRADED
    )
