"""The demo's submissions: each assignment's worked solution, and instructive mistakes beside it."""

from dataclasses import dataclass
from pathlib import Path

from grader.course import find_course
from grader.errors import CourseError


@dataclass(frozen=True)
class Sample:
    """One submission of the demo; a ``right`` one must earn every point, the others must not."""

    assignment: str
    name: str
    path: Path
    right: bool


def samples() -> list[Sample]:
    """A right and a wrong submission per assignment. Raises CourseError without solutions.

    An installed package carries no solutions, so the demo belongs to a checkout.
    """
    course = find_course(None)
    found = []
    for slug in course.slugs():
        reference = course.reference(course.assignment(slug))
        found.append(Sample(slug, "worked-solution", reference, right=True))
        for path in sorted((reference.parent / "mistakes").glob(f"{slug}_*.py")):
            name = path.stem.removeprefix(f"{slug}_").replace("_", "-")
            found.append(Sample(slug, name, path, right=False))
    if not found:
        raise CourseError(f"the course {course.folder} has no assignments to demonstrate")
    return found
