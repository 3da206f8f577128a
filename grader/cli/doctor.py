"""``grader doctor``: what this machine can do, and what to do about what it cannot."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from grader.cli import options
from grader.cli.data import line_of
from grader.errors import CourseError

if TYPE_CHECKING:
    from grader.course import Course


def doctor(
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Repeat the isolation self-check, do not remember it.")
    ] = False,
    course: options.Course = None,
) -> None:
    """Show isolation levels, devices, data, course and versions."""
    from grader.course import find_course
    from grader.data.status import status
    from grader.pipeline.setup import versions
    from grader.sandbox.choose import inspect_all
    from grader.sandbox.gpus import inventory

    found = find_course(course)
    console = Console(highlight=False, markup=False, soft_wrap=True)
    console.print("isolation")
    for one in inspect_all(fresh=fresh):
        state = "works" if one.ok else f"does not work: {one.reason}"
        console.print(f"  {'✓' if one.ok else '–'} level {one.level}, {one.name}: {state}")
        if one.ok:
            for hole in one.holes:
                console.print(f"      known hole: {hole}")
    console.print("devices")
    console.print("  ✓ cpu")
    for gpu in inventory():
        memory = f"{gpu.free_mb:,.0f} of {gpu.total_mb:,.0f} MB free"
        console.print(f"  ✓ cuda:{gpu.index}, {gpu.name}: {memory}")
    if not inventory():
        console.print("  – no CUDA GPU")
    console.print("data")
    for data in status():
        console.print(f"  {line_of(data)}")
    console.print(f"course {found.folder}")
    for line in _labs(found):
        console.print(f"  {line}")
    console.print("versions")
    for name, number in versions().items():
        console.print(f"  {'–' if number == 'missing' else '✓'} {name} {number}")


def _labs(course: "Course") -> list[str]:
    """A line per lab, and below it a sentence for each thing that is missing or wrong."""
    lines = []
    for slug in course.slugs():
        wrong = _wrong_with(course, slug)
        lines.append(f"{'!' if wrong else '✓'} {slug}: {_solution(course, slug)}")
        lines += [f"    {sentence}" for sentence in wrong]
    return lines or ["! it has no assignments: create assignments/LAB/assignment.yaml"]


def _wrong_with(course: "Course", slug: str) -> list[str]:
    """Load all that judges a lab; a fault that several things share is said once."""
    from grader.pipeline.setup import standard

    parts: tuple[Callable[[], object], ...] = (
        lambda: course.assignment(slug),
        lambda: course.rubric(slug),
        lambda: standard(course, slug, "official"),
        lambda: standard(course, slug, "practice"),
    )
    wrong = []
    for load in parts:
        try:
            load()
        except CourseError as error:
            wrong.append(str(error))
    return list(dict.fromkeys(wrong))


def _solution(course: "Course", slug: str) -> str:
    try:
        return f"worked solution {course.reference(course.assignment(slug)).name}"
    except CourseError:  # as in an installed package, which carries none
        return "no worked solution found"
