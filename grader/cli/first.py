"""What reading a program shows, said before anything that takes its time: see ``check``."""

from pathlib import Path

from rich.console import Console

from grader.cli.show import inert
from grader.course import find_course
from grader.discovery import look_at_source
from grader.model.source import SourceLook
from grader.model.submission import Submission


def say_first(
    console: Console, submission: Submission, slug: str, course: Path | None, solution_cells: bool
) -> None:
    """Look at a submission and say what need not wait for data, a sandbox or the run."""
    assignment = find_course(course).assignment(slug)
    for sentence in early(look_at_source(submission, assignment, solution_cells)):
        console.print(inert(sentence), soft_wrap=True)


def early(source: SourceLook) -> list[str]:
    """What reading a program shows, in sentences for who waits for the run."""
    if source.framework is not None:
        return [f"This is a {source.framework} program; this lab is written in PyTorch."]
    said = []
    if source.parse_error is not None:
        place = source.parse_error
        said.append(f"{place.words}: {place.text}" if place.words else place.text)
    if source.placeholders:
        first = source.placeholders[0]
        said.append(f"Placeholders left: {len(source.placeholders)}, first in {first.words}.")
    said += [
        f"{one.place.words} imports {one.name}, which is neither handed in nor installed."
        for one in source.missing_modules[:5]
    ]
    return said
