"""Grades one submission of a class, from its files to the files of its result."""

import html
import re
from dataclasses import replace

from grader.batch.work import Graded, Lost, Refused, Work
from grader.checks.ending import MANY
from grader.discovery import open_submission
from grader.errors import CallerError, NoRoom
from grader.model.claims import Trace
from grader.model.evidence import Evidence
from grader.model.grade import Grade
from grader.model.run import Outcome
from grader.pipeline import Setup, check_submission
from grader.pipeline.attempts import failed_at
from grader.pipeline.faults import unexpected
from grader.pipeline.path import Listener
from grader.pipeline.setup import Standard
from grader.reports import render_pages
from grader.results.store import Logs, result_files
from grader.scoring.flags import WORKED, killed

NO_PAGE = "<!doctype html><title>Report</title><p>This report could not be made"
GPU_SHORT = re.compile(r"CUDA out of memory|OutOfMemoryError|CUBLAS_STATUS_ALLOC_FAILED")
"""What torch says where a GPU's memory is taken, by whomever."""
IDLE = 0.1
"""Who works less than this and trained nothing sleeps, and would do so alone for as long again."""


def grade_one(
    work: Work, setup: Setup, standard: Standard, listener: Listener
) -> Graded | Refused | Lost:
    """Grade ``work``; never raises for what a submission is or does, nor for a failure of ours."""
    if work.alone:
        setup = replace(setup, gpu_mb=None)
    try:
        with open_submission(work.path, work.student, work.main) as submission:
            known = submission.model_copy(update={"origin": work.origin or submission.origin})
            examined, grade = check_submission(known, setup, standard, listener)
        evidence = examined.evidence
        pages = _pages(grade, evidence, examined.logs, setup, standard)
        files = result_files(evidence, grade, pages, examined.logs)
    except NoRoom as error:  # others take it, and may give it back
        return Lost(work.student, str(error))
    except CallerError as error:
        return Refused(work.student, str(error))
    except Exception as error:  # noqa: BLE001 - one failure must not end the grading of a class
        return Lost(work.student, unexpected(error))
    return Graded(work.student, files, crowded(evidence))


def _pages(
    grade: Grade, evidence: Evidence, logs: Logs, setup: Setup, standard: Standard
) -> dict[str, str]:
    """The report; where it cannot be made, that is no reason to lose a run."""
    baseline = standard.expectation.baseline
    try:
        return render_pages(grade, evidence, baseline, setup.assignment, logs.notebook)
    except Exception as error:  # noqa: BLE001 - a template or what fills it
        said = html.escape(unexpected(error))
        return {"report.html": f"{NO_PAGE} ({said}): 'grader report' makes it again."}


def crowded(evidence: Evidence) -> bool:
    """Whether a submission may do better by itself: others took what it wanted, or we failed.

    They share a GPU and its time, the machine's memory, and for an ordinary user the number of
    processes. Who runs out of these alone, too, does so by itself.
    """
    run, crash = evidence.run, evidence.claims.crash
    said = f"{crash.type}: {crash.message}" if crash else ""
    gpu = evidence.device != "cpu"
    short = run.outcome is Outcome.MEMORY or GPU_SHORT.search(said) is not None
    trained = bool((evidence.claims.trace or Trace()).passes)
    works = trained or (not gpu and run.cpu_s > IDLE * run.wall_s)
    kept_from_work = works and (gpu or run.cpu_s < WORKED * run.wall_s)
    return (
        failed_at(evidence)
        or killed(evidence)
        or MANY.search(said) is not None
        or (gpu and short)
        or (run.outcome is Outcome.TIMEOUT and kept_from_work)
    )
