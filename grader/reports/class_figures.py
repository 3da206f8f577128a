"""The numbers of a class: how many stand where, and how scores, accuracies and costs spread."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles

from grader.model.grade import CriterionResult, Grade
from grader.model.rubric import Visibility
from grader.model.verdict import Verdict
from grader.reports.class_members import Member, Standing, with_grade


@dataclass(frozen=True)
class Overview:
    """How many of a class stand where. ``would_pass`` are provisional and reach the pass mark."""

    students: int
    graded: int
    standings: dict[Standing, int]
    would_pass: int
    provisional: int
    unscored: int
    late: int
    median_score: float | None
    max_score: float
    pass_mark: float


@dataclass(frozen=True)
class Spread:
    """How a figure spreads over a class, with who has the least and the most of it."""

    count: int
    lowest: float
    lower: float
    median: float
    upper: float
    highest: float
    least: Member
    most: Member


@dataclass(frozen=True)
class CriterionFigures:
    """How a class stands at one criterion.

    ``who`` has the members by verdict; ``lost`` is the mean of the points lost by those who were
    judged, ``None`` where nobody was.
    """

    id: str
    title: str
    points: float
    hidden: bool
    who: dict[Verdict, tuple[Member, ...]]
    lost: float | None

    @property
    def total(self) -> int:
        """How many have this criterion in their grade."""
        return sum(map(len, self.who.values()))


def overview(everyone: Sequence[Member]) -> Overview:
    """Count who stands where."""
    grades = [grade for _, grade in with_grade(everyone)]
    scores = [one.score for one in grades if one.score is not None]
    counts = Counter(one.standing for one in everyone)
    maximum, pass_mark = scale(grades)
    waiting = [grade for one, grade in with_grade(everyone) if one.standing is Standing.REVIEW]
    return Overview(
        students=len(everyone),
        graded=len(grades),
        standings={standing: counts[standing] for standing in Standing},
        would_pass=sum(one.passed for one in waiting),
        provisional=sum(one.provisional for one in grades),
        unscored=len(grades) - len(scores),
        late=sum(one.late_s is not None for one in everyone),
        median_score=median(scores) if scores else None,
        max_score=maximum,
        pass_mark=pass_mark,
    )


def scale(grades: Iterable[Grade]) -> tuple[float, float]:
    """Return the maximum and the pass mark that most grades have; 0 and 0 without grades."""
    found = Counter((one.max_score, one.pass_mark) for one in grades)
    return found.most_common(1)[0][0] if found else (0.0, 0.0)


Figure = Callable[[Grade], float | None]


def spread(everyone: Iterable[Member], figure: Figure) -> Spread | None:
    """Return how ``figure`` spreads over those who have it; ``None`` where nobody does."""
    pairs = [
        (value, one) for one, grade in with_grade(everyone) if (value := figure(grade)) is not None
    ]
    if not pairs:
        return None
    values = [value for value, _ in pairs]
    single = values * 2 if len(values) == 1 else values
    lower, middle, upper = quantiles(single, n=4, method="inclusive")
    low, high = min(pairs, key=lambda pair: pair[0]), max(pairs, key=lambda pair: pair[0])
    return Spread(len(values), low[0], lower, middle, upper, high[0], low[1], high[1])


def largest(
    everyone: Iterable[Member], figure: Figure, most: int = 5
) -> list[tuple[float, Member]]:
    """Return the ``most`` members with the largest figure, the largest first."""
    pairs = [
        (value, one) for one, grade in with_grade(everyone) if (value := figure(grade)) is not None
    ]
    return sorted(pairs, key=lambda pair: -pair[0])[:most]


def criterion_ids(everyone: Iterable[Member]) -> tuple[str, ...]:
    """Return the ids of all criteria in the rubric's order, also where rubrics changed between."""
    return tuple(
        dict.fromkeys(one.id for _, grade in with_grade(everyone) for one in grade.criteria)
    )


def criteria(everyone: Sequence[Member]) -> tuple[CriterionFigures, ...]:
    """Return the figures of every criterion, those that cost most points on average first."""
    results: dict[str, list[tuple[Member, CriterionResult]]] = {}
    for member, grade in with_grade(everyone):
        for one in grade.criteria:
            results.setdefault(one.id, []).append((member, one))
    found = (_criterion(pairs) for pairs in results.values())
    return tuple(sorted(found, key=lambda one: -(one.lost or 0.0)))


def _criterion(pairs: Sequence[tuple[Member, CriterionResult]]) -> CriterionFigures:
    first = pairs[0][1]
    lost = [one.points - one.earned for _, one in pairs if one.verdict is not Verdict.FAULT]
    return CriterionFigures(
        id=first.id,
        title=first.title,
        points=first.points,
        hidden=first.visibility is not Visibility.VISIBLE,
        who={
            verdict: tuple(member for member, one in pairs if one.verdict is verdict)
            for verdict in Verdict
        },
        lost=sum(lost) / len(lost) if lost else None,
    )
