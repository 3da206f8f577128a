"""Which grades may leave for a gradebook: those that are final, and a fault of ours never."""

from collections.abc import Iterable, Iterator, Sequence

from grader.exports.interface import Wanted
from grader.model.grade import Grade
from grader.reports.class_members import Member, Standing

WAITS = "its grade still waits for a person: see 'grader review', or give --provisional"
NO_SCORE = "it has no score, for the grader itself failed: grade it again"
UNDECIDED = (
    "the grader could not judge {points:g} of its points, and that must not count as zero: grade "
    "it again, or give the points with 'grader review'"
)
PRACTICE = "these grades were measured on practice data: they are not the course's grades"


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
    if undecided := one.graded.grade.undecided_points:
        return UNDECIDED.format(points=undecided)
    return WAITS if one.standing is Standing.REVIEW and not provisional else ""


def notes_on(found: Sequence[tuple[Member, Grade]]) -> Iterator[str]:
    """A sentence each for what somebody has to know of grades that leave."""
    if any(grade.profile == "practice" for _, grade in found):
        yield PRACTICE
    if waiting := [one.student for one, _ in found if one.standing is Standing.REVIEW]:
        yield f"only provisional, for a person has yet to look at it: {', '.join(waiting)}"


def ungraded(members: Iterable[Member]) -> tuple[str, ...]:
    """A sentence for each who handed something in and has no grade at all."""
    return tuple(
        f"{one.student}: {one.why}" for one in members if one.standing is Standing.NOT_GRADED
    )
