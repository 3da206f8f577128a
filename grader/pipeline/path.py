"""The path of one submission, from its files to its grade."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from grader.discovery import look_at_source
from grader.intake.claims import read_claims
from grader.intake.progress import ProgressReader
from grader.intake.wire import ProgressLine
from grader.model.evidence import Claims, Evidence, Gap, GapKind, RunFigures, SubmissionRecord
from grader.model.grade import Grade
from grader.model.run import Outcome, ProcessEnd
from grader.model.submission import Submission
from grader.pipeline.evaluate import evaluate
from grader.pipeline.evaluator import Evaluator
from grader.pipeline.execute import execute
from grader.pipeline.setup import Setup, Standard
from grader.results.store import Logs, executed_notebook
from grader.scoring import score

Listener = Callable[[ProgressLine], None]


@dataclass(frozen=True)
class Examined:
    """Everything one run left: evidence to judge, logs to keep."""

    evidence: Evidence
    logs: Logs


def check_submission(
    submission: Submission, setup: Setup, standard: Standard, listen: Listener | None = None
) -> tuple[Examined, Grade]:
    """Run, measure and grade one submission."""
    examined = examine(submission, setup, listen)
    return examined, judge(examined.evidence, standard)


def examine(submission: Submission, setup: Setup, listen: Listener | None = None) -> Examined:
    """Run a submission in sandbox A and measure what it trained in sandbox B."""
    source = look_at_source(submission, setup.assignment.placeholders)
    with (
        tempfile.TemporaryDirectory(prefix="lab-grader-") as folder,
        Evaluator(setup, Path(folder) / "evaluator") as evaluator,
    ):
        scratch = Path(folder)
        outbox = scratch / "outbox"
        outbox.mkdir()
        reader = ProgressReader(outbox)

        def hear() -> None:
            for line in reader.new_lines():
                if listen is not None:
                    listen(line)

        def watch() -> None:
            hear()
            if reader.trained:  # there will be something to measure
                evaluator.start()

        end = execute(submission, setup, scratch, watch)
        hear()  # what was written between the last look and the end
        claims, notes = read_claims(outbox, end.stdout)
        figures = _figures(end, claims)
        found = _fault(figures) or evaluate(claims, figures, setup, outbox, evaluator)
        logs = Logs(end.stdout, end.stderr, executed_notebook(outbox))
    evidence = Evidence(
        assignment=setup.assignment.slug,
        profile=setup.data.profile,
        seed=setup.seed,
        device=setup.device,
        isolation=setup.chosen.isolation,
        submission=SubmissionRecord.model_validate(submission.model_dump(exclude={"folder"})),
        source=source,
        run=figures,
        claims=claims,
        measurements=None if isinstance(found, Gap) else found,
        gap=found if isinstance(found, Gap) else None,
        notes=(*setup.data.notes, *notes),
        versions=setup.versions,
    )
    return Examined(evidence, logs)


def judge(evidence: Evidence, standard: Standard) -> Grade:
    """Grade evidence; nothing is run, so a stored run can be judged again."""
    return score(evidence, standard.rubric, standard.expectation, standard.checks)


def _fault(figures: RunFigures) -> Gap | None:
    if figures.outcome is not Outcome.FAULT:
        return None
    return Gap(kind=GapKind.FAULT, reason=figures.detail or "the sandbox did not start")


def _before_student_code(end: ProcessEnd, claims: Claims) -> bool:
    """Whether the run ended as ours does when nothing of the student's has run yet.

    That a run could not be prepared is said by its own process, so a submission can say it too.
    """
    silent = not end.stdout and (claims.trace is None or not claims.trace.steps)
    return end.exit_code == 1 and silent


def _figures(end: ProcessEnd, claims: Claims) -> RunFigures:
    """How the run ended. A program that ends its own process never reported its ending."""
    outcome, detail = end.outcome, end.detail
    if claims.fault is not None and _before_student_code(end, claims):
        outcome, detail = Outcome.FAULT, f"the run says it could not be prepared: {claims.fault}"
    elif outcome is Outcome.OK and (not claims.ended or claims.fault is not None):
        outcome, detail = Outcome.ERROR, "The program ended its own process before its end."
    return RunFigures(
        outcome=outcome,
        signal=end.signal,
        exit_code=end.exit_code,
        wall_s=round(end.wall_s, 2),
        cpu_s=round(end.cpu_s, 2),
        peak_rss_mb=round(end.peak_rss_mb, 1),
        detail=detail,
    )
