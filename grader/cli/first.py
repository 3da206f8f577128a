"""What reading a program shows, said before anything that takes its time: see ``check``."""

from pathlib import Path

from rich.console import Console

from grader.cli.signs import inert
from grader.course import find_course
from grader.discovery import look_at_source
from grader.discovery.told import early
from grader.model.submission import Submission


def say_first(
    console: Console, submission: Submission, slug: str, course: Path | None, solution_cells: bool
) -> None:
    """Look at a submission and say what need not wait for data, a sandbox or the run."""
    assignment = find_course(course).assignment(slug)
    for sentence in early(look_at_source(submission, assignment, solution_cells)):
        console.print(inert(sentence), soft_wrap=True)
