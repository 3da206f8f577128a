"""The path of one submission, from its files to its grade."""

import contextlib
import time
from dataclasses import dataclass, replace
from typing import Protocol

from grader.discovery import look_at_source
from grader.intake.notes import notes_on
from grader.intake.wire import ProgressLine
from grader.model.evidence import Evidence, Gap, SubmissionRecord
from grader.model.grade import Grade
from grader.model.submission import Submission
from grader.pipeline.attempts import another_may_tell, best_first, judge
from grader.pipeline.faults import ungraded
from grader.pipeline.key import work_key
from grader.pipeline.run import device_bug, not_run, run
from grader.pipeline.setup import Setup, Standard
from grader.results.store import Logs
from grader.sandbox.privileges import others_may_read

LONGER = 1.3
"""How much longer than those before it another run may take: machines have their moods."""


class Listener(Protocol):
    """Whoever follows a submission on its path."""

    def listen(self, line: ProgressLine) -> None:
        """Hear of one step of the run's progress."""

    def again(self, attempt: int) -> None:
        """Hear that it is run once more, with another seed; ``attempt`` counts from 0."""


@dataclass(frozen=True)
class Examined:
    """Everything one run left: evidence to judge, logs to keep."""

    evidence: Evidence
    logs: Logs


@others_may_read()
def check_submission(
    submission: Submission, setup: Setup, standard: Standard, listen: Listener | None = None
) -> tuple[Examined, Grade]:
    """Run, measure and grade one submission; again where luck may have decided."""
    began_s = time.monotonic()
    runs = [examine(submission, setup, listen)]
    with contextlib.suppress(Exception, SystemExit):  # another try must not cost the first
        _run_again(runs, submission, setup, standard, listen, began_s)
    try:
        return _best(runs, standard)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a course's own check can do anything
        return runs[0], ungraded(runs[0].evidence, standard.rubric, error)


def _run_again(
    runs: list[Examined],
    submission: Submission,
    setup: Setup,
    standard: Standard,
    listen: Listener | None,
    began_s: float,
) -> None:
    """Add to ``runs`` for as long as another seed could earn more, and there is time for it."""
    while another_may_tell([one.evidence for one in runs], setup.reruns, standard):
        took_s = (time.monotonic() - began_s) / len(runs)
        if setup.until_s is not None and time.monotonic() + LONGER * took_s > setup.until_s:
            return
        if listen is not None:
            listen.again(len(runs))
        later = replace(_until(setup), seed=setup.seed + len(runs))
        another = examine(submission, later, listen)
        known = {"attempt": len(runs), "work": runs[0].evidence.work}
        evidence = another.evidence.model_copy(update=known)
        runs.append(replace(another, evidence=evidence))


def _until(setup: Setup) -> Setup:
    """The same, with no more time for a run than there is left."""
    if setup.until_s is None:
        return setup
    limits = setup.assignment.limits
    left_s = max(1.0, min(limits.wall_s, setup.until_s - time.monotonic()))
    shorter = limits.model_copy(update={"wall_s": left_s})
    return replace(setup, assignment=setup.assignment.model_copy(update={"limits": shorter}))


def _best(runs: list[Examined], standard: Standard) -> tuple[Examined, Grade]:
    """The run that earns most, the others kept in its evidence, and its grade."""
    first, *others = [one.evidence for one in runs]
    best = best_first(first.model_copy(update={"others": tuple(others)}), standard)
    return replace(runs[best.attempt], evidence=best), judge(best, standard)


def examine(submission: Submission, setup: Setup, listen: Listener | None = None) -> Examined:
    """Read a submission, run it in sandbox A and measure what it trained in sandbox B."""
    source = look_at_source(submission, setup.assignment, setup.solution_cells)
    work = work_key(submission, setup)
    if source.hopeless is not None:
        ran = not_run(source.hopeless)
    else:
        hear = listen.listen if listen else None
        ran = run(submission, source, setup, hear)
        bug = device_bug(ran.claims)
        if setup.device != "cpu" and bug is not None:
            setup = replace(setup, device="cpu")
            ran = run(submission, source, setup, hear).noting(bug)
    evidence = Evidence(
        assignment=setup.assignment.slug,
        profile=setup.data.profile,
        seed=setup.seed,
        device=setup.device,
        isolation=setup.chosen.isolation,
        submission=SubmissionRecord.model_validate(submission.model_dump(exclude={"folder"})),
        source=source,
        run=ran.figures,
        claims=ran.claims,
        measurements=None if isinstance(ran.found, Gap) else ran.found,
        gap=ran.found if isinstance(ran.found, Gap) else None,
        notes=(*setup.data.notes, *notes_on(source), *ran.notes),
        versions=setup.versions,
        limits=setup.assignment.limits,
        work=work,
    )
    return Examined(evidence, ran.logs)
