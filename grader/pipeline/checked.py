"""One submission checked and its result kept: what every way to check one goes through."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from grader.model.grade import Grade
from grader.model.submission import Submission
from grader.pipeline.keep import keep
from grader.pipeline.path import Examined, Listener, check_submission
from grader.pipeline.setup import Request, Setup, Standard, prepare, standard
from grader.reports import render_pages
from grader.results.store import require_writable

Follow = Callable[[Setup, Standard], AbstractContextManager[Listener | None]]
"""Opens whoever follows a run, once it is known what it runs on and is judged by."""


@dataclass(frozen=True)
class Checked:
    """One submission checked: what it left, its grade, and what it was run on and judged by."""

    examined: Examined
    grade: Grade
    setup: Setup
    judged_by: Standard


def check(request: Request, submission: Submission, follow: Follow) -> Checked:
    """Check a submission and keep nothing. Raises CallerError for what the caller has to fix."""
    setup = prepare(request)
    return check_prepared(setup, standard_of(request, setup), submission, follow)


def standard_of(request: Request, setup: Setup) -> Standard:
    """What a request's submissions are judged by. Raises CourseError."""
    return standard(setup.course, request.assignment, setup.data.profile, request.rubric)


def check_prepared(
    setup: Setup, judged_by: Standard, submission: Submission, follow: Follow
) -> Checked:
    """Check a submission with what is prepared for many, and keep nothing."""
    with follow(setup, judged_by) as listener:
        return Checked(*check_submission(submission, setup, judged_by, listener), setup, judged_by)


def check_and_keep(
    request: Request, submission: Submission, out: Path, follow: Follow, *, named: bool = False
) -> tuple[Grade, Path]:
    """Check a submission and write ``out/<student>/``; return the grade and that folder.

    Where it was ``named`` whose it is, an earlier submission of theirs may have come from another
    place. Raises CallerError for what the caller has to fix, Fault where the result could not be
    kept where it should be.
    """
    require_writable(out, submission.student, submission.origin, named=named)
    done = check(request, submission, follow)
    return done.grade, keep_checked(done, out)


def keep_checked(done: Checked, out: Path) -> Path:
    """Write the result to its folder below ``out`` and return it. Raises as ``keep`` does."""
    grade, evidence = done.grade, done.examined.evidence
    logs = done.examined.logs

    def pages() -> dict[str, str]:
        baseline = done.judged_by.expectation.baseline
        return render_pages(grade, evidence, baseline, done.setup.assignment, logs.notebook)

    return keep(out, evidence, grade, logs, pages)
