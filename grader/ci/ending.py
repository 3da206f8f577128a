"""What came of a gate: a grade, or the sentence that says why there is none."""

from dataclasses import dataclass
from pathlib import Path

from grader.ci.exercises import OpenExercise
from grader.ci.problems import Problem, problem_of
from grader.model.grade import Grade


@dataclass(frozen=True)
class Ending:
    """How a gate ended; ``code`` is the command's exit code.

    ``folder`` is the student's folder of results. Without a ``grade``, ``error`` says why. A grade
    that passes may be ``short`` of what this gate asks for.
    """

    assignment: str
    code: int
    grade: Grade | None = None
    folder: Path | None = None
    error: str = ""
    problems: tuple[Problem, ...] = ()
    open_exercises: tuple[OpenExercise, ...] = ()
    short: bool = False


def not_graded(
    assignment: str, code: int, error: str, file: str = "", line: int | None = None
) -> Ending:
    """Return the ending of a gate that came to no grade, for what stands in a ``file``, if any."""
    return Ending(assignment, code, error=error, problems=(problem_of(error, file, line),))
