"""The path of a gate: from a repository to how its job ends."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from grader.ci.ending import Ending, not_graded
from grader.ci.exercises import OpenExercise, open_exercises
from grader.ci.named import NAME as TOML
from grader.ci.named import TABLE, WrongNames, named_file
from grader.ci.places import Places, named_from
from grader.ci.problems import problems_of
from grader.ci.require import Require, falls_short
from grader.ci.walls import guarded, require_closed
from grader.course import find_course
from grader.discovery import find_submission, identifier, look_at_source
from grader.errors import CallerError, SubmissionError
from grader.model.assignment import Assignment
from grader.model.grade import Grade
from grader.model.submission import Kind, Submission
from grader.pipeline import Request
from grader.pipeline.checked import Follow, check_and_keep
from grader.pipeline.path import Listener
from grader.pipeline.setup import Setup, Standard

GRADES = "grades"
"""Below the results: for the instructor, with what students do not see."""


@dataclass(frozen=True)
class Gate:
    """A repository's ``folder`` and how it is judged.

    ``root`` is what a platform names files from. ``main`` is the file to grade where the workflow
    decides that, ``student`` whose it is, ``require`` what is asked for.
    """

    request: Request
    folder: Path
    out: Path
    root: Path
    main: str | None = None
    student: str | None = None
    require: Require = Require.PASS


def pass_gate(gate: Gate, follow: Follow, code_of: Callable[[Grade, bool], int]) -> Ending:
    """Grade what a repository hands in and return what came of it. Raises GraderError.

    ``code_of`` a grade, and whether it falls short, is the exit code.
    """
    request = guarded(gate.request, gate.folder, gate.out)
    course = find_course(request.course)
    assignment = course.assignment(request.assignment)
    submission = handed_in(gate, course.slugs())

    def closed(setup: Setup, judged_by: Standard) -> AbstractContextManager[Listener | None]:
        require_closed(setup, request, gate.request)
        return follow(setup, judged_by)

    grade, folder = check_and_keep(request, submission, gate.out / GRADES, closed, named=True)
    exercises = still_open(submission, assignment)
    places = Places(submission, gate.root)
    short = falls_short(gate.require, grade)
    return Ending(
        assignment.slug,
        code_of(grade, short),
        grade,
        folder,
        problems=problems_of(grade, places, exercises, short=short),
        open_exercises=exercises,
        short=short,
    )


def refused(gate: Gate, error: CallerError, code: int) -> Ending:
    """Return the ending of a gate that was refused, at the place in the repository, if any."""
    name = gate.request.assignment
    if not isinstance(error, WrongNames):
        return not_graded(name, code, str(error))
    file = named_from(gate.root, gate.folder.resolve() / TOML) or TOML
    return not_graded(name, code, str(error), file, error.line)


def handed_in(gate: Gate, slugs: list[str]) -> Submission:
    """Return what the repository hands in: as the workflow, ``grader.toml`` or discovery says.

    Raises SubmissionError.
    """
    folder = gate.folder
    if not folder.is_dir():
        raise SubmissionError(f"{folder} is no folder: name that of the assignment repository")
    slug = gate.request.assignment
    main = named_file(folder, slug, slugs)
    student = gate.student or identifier(folder.resolve().name)
    try:
        return find_submission(folder, student, gate.main or main)
    except SubmissionError as error:
        if gate.main or main or "--main" not in str(error):
            raise
        raise SubmissionError(f'{error}, or in {TOML} as {slug} = "FILE" below [{TABLE}]') from None


def still_open(submission: Submission, assignment: Assignment) -> tuple[OpenExercise, ...]:
    """Return the exercises of the handout that are open in the file that is graded."""
    found = look_at_source(submission, assignment).placeholders
    own = [one for one in found if one.file in (None, submission.main)]
    if not own:
        return ()
    text = (submission.folder / submission.main).read_text("utf-8-sig", errors="replace")
    return open_exercises(text, own, notebook=submission.kind is Kind.NOTEBOOK)
