"""How the figures of a class are shown: histograms of what counts, a line for each that spreads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.model.grade import Grade
from grader.reports.charts import Tick
from grader.reports.class_charts import Box, Format, Histogram, Series, axis, box, histogram
from grader.reports.class_figures import Figure, Overview, Spread, largest, spread
from grader.reports.class_members import Member, Standing, with_grade
from grader.reports.text import megabytes, number, percent, seconds

WIDEST = 0.8
"""Accuracies are drawn from here or from the lowest one: a hair's breadth shall not look wide."""


@dataclass(frozen=True)
class SpreadRow:
    """One figure of the class in words, and its spread as a box."""

    name: str
    spread: Spread
    box: Box
    lowest: str
    middle: str
    median: str
    highest: str


@dataclass(frozen=True)
class Costs:
    """Those whose runs used most of something, with how much."""

    title: str
    most: tuple[tuple[str, Member], ...]


def histograms(everyone: Sequence[Member], seen: Overview) -> list[Histogram]:
    """Scores with the pass mark, and validation accuracies; what nobody has is left out."""
    return [*_scores(everyone, seen), *_accuracies(everyone)]


def _scores(everyone: Sequence[Member], seen: Overview) -> Iterator[Histogram]:
    if seen.graded == seen.unscored or not seen.max_score:
        return
    final: list[float] = []
    provisional: list[float] = []
    for one, grade in with_grade(everyone):
        if grade.score is not None:
            points = grade.score * seen.max_score / (grade.max_score or 1)
            (provisional if one.standing is Standing.REVIEW else final).append(points)
    yield histogram(
        "scores",
        "Scores",
        (Series("final", "final", tuple(final)), Series("open", "provisional", tuple(provisional))),
        axis(0.0, seen.max_score),
        number,
        "points",
        Tick(seen.pass_mark, f"pass mark {number(seen.pass_mark)}"),
    )


def _accuracies(everyone: Sequence[Member]) -> Iterator[Histogram]:
    measured = [grade.measurements.valid_accuracy for _, grade in with_grade(everyone)]
    values = tuple(value for value in measured if value is not None)
    if values:
        yield histogram(
            "accuracies",
            "Validation accuracy of the final model",
            (Series("valid", "submissions", values),),
            axis(min(WIDEST, *values), 1.0),
            _whole_percent,
            "",
        )


def spreads(everyone: Sequence[Member], seen: Overview) -> list[SpreadRow]:
    """Return a line for every figure that somebody has."""
    accuracies: list[tuple[str, Figure]] = [
        ("Training accuracy", lambda grade: grade.measurements.train_accuracy),
        ("Validation accuracy", lambda grade: grade.measurements.valid_accuracy),
        ("Holdout accuracy", lambda grade: grade.measurements.holdout_accuracy),
    ]
    open_ended: list[tuple[str, Figure, Format]] = [
        ("Epochs", lambda grade: grade.claims.epochs, number),
        ("Time of a run", _wall_s, seconds),
        ("Memory of a run", _peak_rss_mb, megabytes),
        ("GPU memory of a run", lambda grade: grade.run.peak_gpu_mb, megabytes),
    ]
    made = [
        _row("Score", spread(everyone, lambda grade: grade.score), number, seen.max_score),
        *(_row(name, spread(everyone, figure), percent, 1.0) for name, figure in accuracies),
        *(_row(name, spread(everyone, figure), show) for name, figure, show in open_ended),
    ]
    return [row for row in made if row is not None]


def _row(name: str, found: Spread | None, show: Format, high: float = 0.0) -> SpreadRow | None:
    if found is None:
        return None
    return SpreadRow(
        name=name,
        spread=found,
        box=box(found, 0.0, high or found.highest),
        lowest=show(found.lowest),
        middle=f"{show(found.lower)} to {show(found.upper)}",
        median=show(found.median),
        highest=show(found.highest),
    )


def costs(everyone: Sequence[Member]) -> list[Costs]:
    """The slowest and the largest runs; empty where there are hardly more runs than that."""
    if sum(1 for _ in with_grade(everyone)) < 8:
        return []
    return [
        _most("Slowest runs", everyone, _wall_s, seconds),
        _most("Largest runs", everyone, _peak_rss_mb, megabytes),
    ]


def _most(title: str, everyone: Sequence[Member], figure: Figure, show: Format) -> Costs:
    return Costs(title, tuple((show(value), one) for value, one in largest(everyone, figure)))


def _wall_s(grade: Grade) -> float:
    return grade.run.wall_s


def _peak_rss_mb(grade: Grade) -> float:
    return grade.run.peak_rss_mb


def _whole_percent(value: float) -> str:
    return f"{100 * value:.3g}\u00a0%"
