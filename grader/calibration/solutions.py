"""Whether differently written right solutions earn full marks."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from grader.course import Course
from grader.discovery import find_submission
from grader.errors import CourseError
from grader.model.grade import Grade
from grader.pipeline import Setup, check_submission
from grader.pipeline.setup import Standard

FIRST_SEED = 5000
"""Beyond the seeds of any baseline: a level must hold for runs it was not made from."""


@dataclass(frozen=True)
class Solved:
    """One right solution, graded with one seed."""

    path: Path
    seed: int
    grade: Grade

    @property
    def full(self) -> bool:
        """Whether it earned full marks and nobody has to look at it."""
        return self.grade.score == self.grade.max_score and not self.grade.needs_review

    @property
    def lost(self) -> str:
        """What it did not earn, in words."""
        short = [one for one in self.grade.criteria if one.earned < one.points]
        said = [f"{one.id}: {one.found}" for one in short]
        return "; ".join([*said, *self.grade.reasons])


def right_solutions(course: Course, slug: str, folder: Path | None) -> list[Path]:
    """The right solutions of an assignment. Raises CourseError where there are none."""
    place = folder or course.folder / "tests" / "submissions" / "right" / slug
    found = [path for path in sorted(place.glob("*")) if path.suffix in (".py", ".ipynb")]
    if not found:
        raise CourseError(
            f"there are no right solutions in {place}: name a folder of scripts and notebooks "
            "that must earn full marks with --solutions"
        )
    return found


def solve(
    paths: list[Path],
    setup: Setup,
    standard: Standard,
    runs: int,
    jobs: int,
    report: Callable[[Solved], None],
) -> Iterator[Solved]:
    """Grade ``runs`` runs over the solutions in turn, each with a seed of its own."""

    def one(number: int) -> Solved:
        path, seed = paths[number % len(paths)], FIRST_SEED + number
        _, grade = check_submission(find_submission(path), replace(setup, seed=seed), standard)
        return Solved(path, seed, grade)

    with ThreadPoolExecutor(jobs) as pool:
        try:
            for solved in pool.map(one, range(runs)):
                report(solved)
                yield solved
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
