"""Points on a curve between ``zero`` and ``full``, both possibly relative to the reference."""

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


Level = Annotated[float, Field(ge=0, le=1)] | Relative


def resolve(level: Level, expectation: Expectation, metric: str) -> float:
    """Return the threshold for ``metric``, the name of a statistic of Baseline."""
    if isinstance(level, float):
        return level
    baseline: Baseline = expectation.baseline
    if level.of is not None:
        if level.of not in expectation.others:
            raise CourseError(
                f"the rubric refers to the baseline of '{level.of}', which this course lacks: "
                f"run 'grader calibrate {level.of}'"
            )
        baseline = expectation.others[level.of]
    statistic: Statistic = getattr(baseline, metric)
    if level.below is not None:
        return statistic.mean - max(3 * statistic.sd, level.below)
    return statistic.mean + max(3 * statistic.sd, level.above or 0)


def on_curve(
    value: float,
    zero: float,
    full: float,
    *,
    expected: str,
    found: str,
    advice: str,
    less_is_better: bool = False,
) -> Finding:
    """Full marks at ``full`` and beyond, none at ``zero``, in proportion between.

    Raises CourseError where ``zero`` lies on the wrong side of ``full``: every value would pass.
    """
    if (zero <= full) if less_is_better else (zero >= full):
        raise CourseError(
            f"the rubric gives no points at {percent(zero)} and all points at {percent(full)}, "
            "which is the wrong way round: correct 'zero' or 'full', or calibrate again"
        )
    share = (value - zero) / (full - zero)
    if share >= 1:
        return met(expected, found)
    verdict = Verdict.PARTIAL if share > 0 else Verdict.UNMET
    return Finding(
        verdict=verdict, share=max(0.0, share), expected=expected, found=found, next_step=advice
    )


def percent(value: float) -> str:
    """A fraction as a percentage with one decimal; never rounded up to a threshold it missed."""
    return f"{int(value * 1000 + 1e-6) / 10:.1f} %"
