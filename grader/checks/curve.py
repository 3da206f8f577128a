"""Points on a curve between ``zero`` and ``full``, both possibly relative to the reference."""

import math
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, model_validator

from grader.checks.interface import Expectation
from grader.errors import CourseError
from grader.model.base import Frozen
from grader.model.baseline import Baseline, Statistic
from grader.model.verdict import Finding, Verdict, met


class Relative(Frozen):
    """A level relative to what a reference measured.

    ``below`` and ``above`` mean: away from the mean by ``max(3 sd, that number)``. ``of`` names
    another assignment's baseline; the default is this assignment's.
    """

    below: float | None = Field(default=None, ge=0, le=1)
    above: float | None = Field(default=None, ge=0, le=1)
    of: str | None = None

    @model_validator(mode="after")
    def _one_side(self) -> "Relative":
        if (self.below is None) == (self.above is None):
            raise ValueError("give either 'below' or 'above'")
        return self


NEAR = 0.9
NEARLY = "Nearly there: train for as many epochs as the handout does, or a few more."
"""The next step of whoever earns at least the share ``NEAR``: nothing is wrong in principle."""

Level = Annotated[float, Field(ge=0, le=1)] | Relative


def resolve(level: Level, expectation: Expectation, metric: str) -> float:
    """Return the threshold for ``metric``, the name of a statistic of Baseline."""
    if isinstance(level, float):
        return level
    baseline: Baseline = expectation.baseline
    if level.of is not None:
        if level.of not in expectation.others:
            raise CourseError(
                f"its level refers to the baseline of '{level.of}', which this course lacks: "
                f"run 'grader calibrate {level.of}'"
            )
        baseline = expectation.others[level.of]
    statistic: Statistic = getattr(baseline, metric)
    # To a tenth of a percent, in the student's favour: the threshold that is shown is the one used.
    if level.below is not None:
        return _tenths_below(statistic.mean - max(3 * statistic.sd, level.below)) / 1000
    return _tenths_above(statistic.mean + max(3 * statistic.sd, level.above or 0)) / 1000


def _tenths_below(value: float) -> int:
    """Tenths of a percent, rounded down; a last-bit error does not cost one."""
    return math.floor(value * 1000 + 1e-6)


def _tenths_above(value: float) -> int:
    return math.ceil(value * 1000 - 1e-6)


class Levels(Frozen):
    """Full points at ``full`` and beyond, none at ``zero``, in proportion between."""

    full: Level
    zero: Level


@dataclass(frozen=True)
class Curve:
    """Resolved levels. With ``zero`` above ``full``, less is better.

    ``noise`` is how far right runs differ by luck: as much short of ``full`` counts as near.
    """

    zero: float
    full: float
    noise: float = 0.0

    def finding(self, value: float, *, expected: str, found: str, advice: str) -> Finding:
        """Judge ``value``; ``advice`` is the next step where it earns much less than everything."""
        share = (value - self.zero) / (self.full - self.zero)
        if share >= 1:
            return met(expected, found)
        return Finding(
            verdict=Verdict.PARTIAL if share > 0 else Verdict.UNMET,
            share=max(0.0, share),
            expected=expected,
            found=found,
            next_step=NEARLY if share >= NEAR else advice,
            near=abs(self.full - value) <= self.noise,
        )


def curve_for(
    levels: Levels, expectation: Expectation, metric: str, *, less_is_better: bool = False
) -> Curve:
    """Resolve ``levels`` for ``metric``, the name of a statistic of Baseline.

    Raises CourseError where ``zero`` lies on the wrong side of ``full``: every value would pass;
    and where ``full`` lies beyond 0 or 1: no value would.
    """
    zero, full = (resolve(level, expectation, metric) for level in (levels.zero, levels.full))
    if (zero <= full) if less_is_better else (zero >= full):
        raise CourseError(
            f"its levels give no points at {percent(zero)} and all points at {percent(full)}, "
            "which is the wrong way round: correct 'zero' or 'full', or calibrate again"
        )
    if full < 0 or full > 1:
        raise CourseError(
            f"its level 'full' comes to {percent(full)}, which nobody can reach: correct it, "
            "with 'below' for an accuracy and 'above' for a gap"
        )
    spread: Statistic = getattr(expectation.baseline, metric)
    margin = 0.0 if isinstance(levels.full, float) else levels.full.below or levels.full.above
    return Curve(zero, full, max(3 * spread.sd, margin or 0.0))


def percent(value: float) -> str:
    """A fraction as a percentage with one decimal, rounded down."""
    return f"{_tenths_below(value) / 10:.1f} %"


def points(value: float) -> str:
    """A difference of two fractions, where less is better: rounded up."""
    return f"{_tenths_above(value) / 10:.1f} percentage points"
