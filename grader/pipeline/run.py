"""One run of a submission: executed in sandbox A, measured in sandbox B."""

import contextlib
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from grader.intake.claims import read_claims
from grader.intake.notes import notes_on_measured
from grader.intake.progress import ProgressReader
from grader.intake.wire import ProgressLine
from grader.model.evidence import Claims, Gap, GapKind, Measurements, RunFigures, Trace
from grader.model.run import Outcome, ProcessEnd
from grader.model.source import SourceLook
from grader.model.submission import Submission
from grader.pipeline.evaluate import evaluate
from grader.pipeline.evaluator import Evaluator
from grader.pipeline.execute import execute
from grader.pipeline.setup import Setup
from grader.results.store import Logs, executed_notebook

ONE_LEFT = (
    "On a GPU the program stops: it moves its data there but not its model, or the other way "
    "round. It was run again on the CPU, where that makes no difference. Move both: "
    "model.to(device), and each batch."
)
TO_NUMPY = (
    "On a GPU the program stops: numpy cannot read a tensor that lies there. It was run again on "
    "the CPU, where that makes no difference. Take it back first: x.cpu().numpy()."
)
GENERATOR = (
    "On a GPU the program stops: a random generator is on another device than what it draws. It "
    "was run again on the CPU, where that makes no difference. Make it for the same device: "
    "torch.Generator(device)."
)
DEVICE_BUGS = {
    r"Expected all tensors to be on the same device": ONE_LEFT,
    r"Input type \(torch\.cuda\.\w+\) and weight type \(torch\.\w+\) should be": ONE_LEFT,
    r"Input type \(torch\.\w+\) and weight type \(torch\.cuda\.\w+\) should be": ONE_LEFT,
    r"indices should be either on cpu or on the same device as the indexed tensor": ONE_LEFT,
    r"is on CPU, but expected .{0,40}to be on GPU": ONE_LEFT,
    r"must have its parameters and buffers on device cuda": ONE_LEFT,
    r"can't convert cuda(:\d+)? device type tensor to numpy": TO_NUMPY,
    r"Expected a '(cuda|cpu)(:\d+)?' device type for generator but found": GENERATOR,
}
"""What torch says of things on different devices, and what it means."""

Hear = Callable[[ProgressLine], None]


@dataclass(frozen=True)
class Ran:
    """What came of one execution."""

    figures: RunFigures
    claims: Claims
    found: Measurements | Gap
    notes: tuple[str, ...]
    logs: Logs

    def noting(self, note: str) -> "Ran":
        """The same, with one more sentence for the student."""
        return replace(self, notes=(*self.notes, note))


def device_bug(claims: Claims) -> str | None:
    """What to tell of a run that ended because not everything was on the same device."""
    message = claims.crash.message if claims.crash else ""
    return next((told for said, told in DEVICE_BUGS.items() if re.search(said, message)), None)


def not_run(reason: str) -> Ran:
    """What there is of a program of which no line can run."""
    return Ran(
        figures=RunFigures(outcome=Outcome.NOT_RUN, detail=f"It was not run: {reason}."),
        claims=Claims(),
        found=Gap(kind=GapKind.NOTHING_TRAINED, reason="the program was not run"),
        notes=(),
        logs=Logs("", "", None),
    )


def run(submission: Submission, source: SourceLook, setup: Setup, hear: Hear | None) -> Ran:
    """Execute ``submission`` and measure what it trained; ``hear`` gets its progress."""
    with (
        tempfile.TemporaryDirectory(prefix="lab-grader-") as folder,
        Evaluator(setup, Path(folder) / "evaluator") as evaluator,
    ):
        scratch = Path(folder)
        outbox = scratch / "outbox"
        outbox.mkdir()
        reader = ProgressReader(outbox)

        def pass_on() -> None:
            for line in reader.new_lines():
                if hear is not None:
                    with contextlib.suppress(Exception):  # showing progress must not cost a run
                        hear(line)

        def watch() -> None:
            pass_on()
            if reader.trained:  # there will be something to measure
                evaluator.start()

        end = execute(submission, source, setup, scratch, watch)
        pass_on()  # what was written between the last look and the end
        claims, notes = read_claims(outbox, end.stdout)
        figures = _figures(end, claims)
        kaggle = source.reads_kaggle
        found = _fault(figures) or evaluate(claims, figures, setup, outbox, evaluator, kaggle)
        logs = Logs(end.stdout, end.stderr, executed_notebook(outbox))
    if isinstance(found, Measurements):
        notes = (*notes, *notes_on_measured(found, claims.trace or Trace()))
    return Ran(figures, claims, found, notes, logs)


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
