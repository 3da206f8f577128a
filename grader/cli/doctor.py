"""``grader doctor``: what this machine can do, and what to do about what it cannot."""

from typing import Annotated

import typer
from rich.console import Console


def doctor(
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Repeat the isolation self-check, do not remember it.")
    ] = False,
) -> None:
    """Show isolation levels, devices, data, course and versions."""
    from grader.course import find_course
    from grader.data.status import status
    from grader.pipeline.setup import versions
    from grader.sandbox.choose import inspect_all
    from grader.sandbox.devices import gpu_count

    console = Console(highlight=False, soft_wrap=True)
    console.print("isolation")
    for one in inspect_all(fresh=fresh):
        state = "works" if one.ok else f"does not work: {one.reason}"
        console.print(f"  {'✓' if one.ok else '–'} level {one.level}, {one.name}: {state}")
        if one.ok:
            for hole in one.holes:
                console.print(f"      known hole: {hole}")
    console.print("devices")
    console.print(f"  ✓ cpu\n  {'✓' if gpu_count() else '–'} {gpu_count()} CUDA GPUs")
    console.print("data")
    for data in status():
        console.print(f"  {'✓' if data.usable else '–'} {data.name}: {data.state} ({data.folder})")
    course = find_course(None)
    console.print(f"course\n  ✓ {course.folder}: {', '.join(course.slugs())}")
    console.print("versions")
    for name, number in versions().items():
        console.print(f"  {'–' if number == 'missing' else '✓'} {name} {number}")
