"""Everything that is decided before a submission runs."""

import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from grader import __version__
from grader.checks import Check, Expectation, with_course_checks
from grader.course import Course, find_course
from grader.data import locate
from grader.data.dataset import DataSet
from grader.data.practice import PracticeSize
from grader.errors import CourseError
from grader.model.assignment import Assignment
from grader.model.rubric import Rubric
from grader.sandbox.choose import Chosen, choose
from grader.sandbox.devices import choose_device, require_device
from grader.scoring.verdicts import problems_of


@dataclass(frozen=True)
class Request:
    """What a caller asks for; ``None`` and the defaults mean: decide what is best here.

    ``timeout_s`` and ``threads`` override the assignment's limits; ``threads`` 0 is every core.
    With ``solution_cells`` the handout's solutions count as the student's. ``reruns`` is how often
    a submission may be run again where luck may have decided.
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
    threads: int | None = None
    solution_cells: bool = False
    reruns: int = 2


@dataclass(frozen=True)
class Standard:
    """What an assignment's submissions are judged by."""

    rubric: Rubric
    expectation: Expectation
    checks: Mapping[str, Check]


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


def prepare(request: Request) -> Setup:
    """Load and choose; raises CallerError for whatever the caller has to fix."""
    require_device(request.device)  # a typing error should not wait for data and sandbox
    course = find_course(request.course)
    assignment = course.assignment(request.assignment)
    limits = assignment.limits
    threads = (limits.threads if request.threads is None else request.threads) or _cores()
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
    return Standard(found, expectation, checks)


def versions() -> dict[str, str]:
    """Versions that can change a measurement, read without importing the packages."""
    found = {"grader": __version__, "python": platform.python_version()}
    for package in ("torch", "torchvision", "numpy"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "missing"
    return found


def _cores() -> int:
    available = getattr(os, "sched_getaffinity", None)
    return len(available(0)) if available else os.cpu_count() or 1
