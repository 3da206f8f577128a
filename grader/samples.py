"""The demo's submissions: each assignment's worked solution, and instructive mistakes beside it."""

from dataclasses import dataclass
from pathlib import Path

from grader.course import find_course
from grader.errors import CourseError


@dataclass(frozen=True)
class Sample:
    """One submission of the demo."""

    assignment: str
    name: str
    path: Path


def samples() -> list[Sample]:
    """A right and a wrong submission per assignment. Raises CourseError without solutions.

    An installed package carries no solutions, so the demo belongs to a checkout.
    """
    course = find_course(None)
    found = []
    for slug in course.slugs():
        reference = course.reference(course.assignment(slug))
        found.append(Sample(slug, "worked-solution", reference))
        for path in sorted((reference.parent / "mistakes").glob(f"{slug}_*.py")):
            found.append(Sample(slug, path.stem.removeprefix(f"{slug}_").replace("_", "-"), path))
    if not found:
        raise CourseError(f"the course {course.folder} has no assignments to demonstrate")
    return found
