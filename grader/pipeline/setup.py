"""Everything that is decided before a submission runs."""

import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from grader import __version__
from grader.checks import Check, Expectation, with_course_checks
from grader.course import Course, find_course
from grader.data import locate
from grader.data.dataset import DataSet
from grader.data.holdout import hold_out, require_share
from grader.data.practice import PracticeSize
from grader.diagnosis import Wording, load_wording
from grader.errors import CourseError, IsolationError
from grader.model.assignment import Assignment
from grader.model.rubric import Rubric
from grader.pipeline.limits import overridden
from grader.sandbox.choose import Chosen, choose
from grader.sandbox.devices import choose_device, require_device
from grader.sandbox.privileges import others_may_read
from grader.scoring.verdicts import problems_of

WALLS = 2
"""From this isolation level on a submission cannot read what it was not given."""
StopAfter = Literal["", "step"]
"""Where a run ends before its time: nowhere, or after the first step of its training."""
HOLDS_OUT = ("--holdout", "a submission can read the images held out")


@dataclass(frozen=True)
class Request:
    """What a caller asks for; ``None`` and the defaults mean: decide what is best here.

    ``timeout_s``, ``threads`` and ``limits`` (``NAME=N`` each) override the assignment's limits;
    ``threads`` 0 is every core.
    With ``solution_cells`` the handout's solutions count as the student's. ``reruns`` is how often
    a submission may be run again where luck may have decided. ``holdout`` is the share of the
    validation images that is kept from it, drawn by ``seed``. ``gpu_mb`` is how much of a GPU's
    memory a run may take, all of it by default. With ``one_at_a_time`` nothing is measured before
    the submission has ended: that takes longer, and the memory of one process less. No run is
    begun again that would end after ``until_s``, as ``time.monotonic`` counts, where that is told.
    """

    assignment: str
    course: Path | None = None
    rubric: Path | None = None
    data: Path | None = None
    practice: bool = False
    practice_size: PracticeSize = PracticeSize.FULL
    device: str = "auto"
    isolation: int | None = None
    seed: int = 0
    timeout_s: float | None = None
    limits: tuple[str, ...] = ()
    threads: int | None = None
    solution_cells: bool = False
    reruns: int = 2
    holdout: float | None = None
    gpu_mb: float | None = None
    one_at_a_time: bool = False
    until_s: float | None = None


@dataclass(frozen=True)
class Standard:
    """What an assignment's submissions are judged by."""

    rubric: Rubric
    expectation: Expectation
    checks: Mapping[str, Check]
    wording: Wording


@dataclass(frozen=True)
class Setup:
    """A request with everything found, loaded and chosen. The same for a whole class."""

    course: Course
    assignment: Assignment
    data: DataSet
    chosen: Chosen
    device: str
    seed: int
    versions: dict[str, str]
    solution_cells: bool = False
    reruns: int = 0
    gpu_mb: float | None = None
    one_at_a_time: bool = False
    until_s: float | None = None
    stop_after: StopAfter = ""


@others_may_read()
def prepare(request: Request) -> Setup:
    """Load and choose; raises CallerError for whatever the caller has to fix."""
    require_device(request.device)  # a typing error should not wait for data and sandbox
    if request.holdout is not None:
        require_share(request.holdout)
    course = find_course(request.course)
    assignment = course.assignment(request.assignment)
    if request.rubric is not None:  # nor should a mistake in this; a new lab may have none yet
        course.rubric(request.assignment, request.rubric)
    limits = overridden(assignment.limits, request.limits)
    threads = (limits.threads if request.threads is None else request.threads) or cores()
    wall_s = limits.wall_s if request.timeout_s is None else request.timeout_s
    limits = limits.model_copy(update={"threads": threads, "wall_s": wall_s})
    data = locate.load(
        assignment.dataset.name, request.data, request.practice, request.practice_size
    )
    if data.train.labels.max() >= len(assignment.classes):
        raise CourseError(
            f"the assignment {assignment.slug} names {len(assignment.classes)} classes, but its "
            f"data has {data.train.labels.max() + 1}: name all of them in assignment.yaml"
        )
    chosen = choose(request.isolation)
    if request.holdout is not None:
        require_walls(chosen, request.isolation, HOLDS_OUT)
        data = hold_out(data, request.holdout, request.seed)
    return Setup(
        course=course,
        assignment=assignment.model_copy(update={"limits": limits}),
        data=data,
        chosen=chosen,
        device=choose_device(request.device, chosen.backend),
        seed=request.seed,
        versions=versions(),
        solution_cells=request.solution_cells,
        reruns=request.reruns,
        gpu_mb=request.gpu_mb,
        one_at_a_time=request.one_at_a_time,
        until_s=request.until_s,
    )


def require_walls(chosen: Chosen, demanded: int | None, why: tuple[str, str]) -> None:
    """Refuse to go on without walls unless so asked; ``why`` is what needs them, and for what.

    Raises IsolationError.
    """
    level = chosen.isolation.level
    if level < WALLS and demanded is None:
        needs, risk = why
        raise IsolationError(
            f"{needs} needs isolation level {WALLS} or above, for at level {level} {risk}: 'grader "
            "doctor' says what is missing, and --isolation 0 added to the command does it all the "
            "same"
        )


def standard(course: Course, slug: str, profile: str, rubric: Path | None = None) -> Standard:
    """Load what judges an assignment, every parameter validated. Raises CourseError."""
    found = course.rubric(slug, rubric)
    checks = with_course_checks(course.check_files())
    expectation = Expectation(course.baseline(slug, profile), course.baselines(profile))
    wrong = problems_of(found, checks, {profile: expectation})
    if wrong:
        place = rubric or course.folder / "rubrics" / f"{slug}.yaml"
        raise CourseError(f"the rubric {place} is wrong: {'; '.join(wrong)}")
    return Standard(found, expectation, checks, load_wording(course.wording_path()))


def versions() -> dict[str, str]:
    """Versions that can change a measurement, read without importing the packages."""
    found = {"grader": __version__, "python": platform.python_version()}
    for package in ("torch", "torchvision", "numpy"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "missing"
    return found


def cores() -> int:
    """How many cores this process may use."""
    available = getattr(os, "sched_getaffinity", None)
    return len(available(0)) if available else os.cpu_count() or 1
