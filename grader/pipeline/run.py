"""One run of a submission: executed in sandbox A, measured in sandbox B."""

import contextlib
import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from grader.errors import CallerError
from grader.intake.began import began, without_mark
from grader.intake.claims import read_claims
from grader.intake.progress import ProgressReader
from grader.intake.wire import ProgressLine
from grader.model.claims import Claims
from grader.model.evidence import Gap, GapKind, Measurements, RunFigures
from grader.model.run import Outcome, ProcessEnd
from grader.model.source import SourceLook
from grader.model.submission import Submission
from grader.pipeline.evaluate import evaluate
from grader.pipeline.evaluator import Evaluator
from grader.pipeline.execute import execute
from grader.pipeline.faults import advised, unexpected
from grader.pipeline.room import Room
from grader.pipeline.setup import Setup
from grader.results.store import Logs, executed_notebook
from grader.sandbox.handed import fault

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
ASSERTED = (
    "On a GPU the program stops with an error that does not say where it was made, as a label "
    "or an index that is out of range does. It was run again on the CPU, which names the line."
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
    r"CUDA error: device-side assert triggered": ASSERTED,
}
"""What torch says of things on different devices, and what it means."""

PREFIX = "lab-grader-"
NO_START = "The sandbox did not start"
FULL = r"No space left|Errno 28\b|Disk quota exceeded|file write failed"
"""What Python and torch say where nothing can be written."""
NO_ROOM = "No space left on the grader's own disk while the program ran"
NEVER_BEGAN = "The program was never reached, for the grader's own part did not start"
TOO_SOON = (
    "The program had not begun after the {wall_s:g} seconds a run may take: the machine is too "
    "busy, or the time too short"
)

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
    """What to tell of a run that ended by a mistake that a CPU forgives, or at least names.

    After some of them nothing works on the GPU any more, our own recording included.
    """
    messages = [claims.crash.message if claims.crash else ""]
    messages += [claims.trace.fault or ""] if claims.trace else []
    known = (
        told
        for said, told in DEVICE_BUGS.items()
        if any(re.search(said, message) for message in messages)
    )
    return next(known, None)


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
    """Execute ``submission`` and measure what it trained; ``hear`` gets its progress.

    Where the grader itself fails, at whatever point, the result is a fault that says so. Raises
    CallerError for what the caller has to do something about before anything runs.
    """
    try:
        with _folder() as scratch, _folder() as apart:
            return _run(submission, source, setup, hear, scratch, apart)
    except CallerError:
        raise
    except Exception as error:  # noqa: BLE001 - a bug of ours, or of the machine
        return failed(error)


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    """A temporary folder; each sandbox is given one of its own, that no other may enter."""
    # What a program left may resist being removed: that must not cost its result.
    with tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True) as name:
        yield Path(name)


def failed(error: Exception, end: ProcessEnd | None = None) -> Ran:
    """What there is of a run that the grader failed to follow; ``end`` keeps its logs."""
    known = end or ProcessEnd(outcome=Outcome.FAULT)
    detail = f"{advised(unexpected(error))}."
    figures = _figures(known, Claims(ended=True)).model_copy(
        update={"outcome": Outcome.FAULT, "detail": detail}
    )
    return Ran(figures, Claims(), _gap(detail), (), Logs(known.stdout, known.stderr, None))


def _run(
    submission: Submission,
    source: SourceLook,
    setup: Setup,
    hear: Hear | None,
    scratch: Path,
    apart: Path,
) -> Ran:
    with Evaluator(setup, apart / "evaluator") as evaluator:
        outbox = scratch / "outbox"
        outbox.mkdir()
        reader = ProgressReader(outbox)
        room = Room(scratch)

        def pass_on() -> None:
            for line in reader.new_lines():
                if hear is not None:
                    # Showing progress must not cost a run, not even where the terminal is gone.
                    with contextlib.suppress(Exception, SystemExit):
                        hear(line)

        def watch() -> None:
            room.look()
            pass_on()
            if reader.trained and not setup.one_at_a_time:  # there will be something to measure
                with contextlib.suppress(Exception):  # asked again, it fails again and is heard
                    evaluator.start()

        end = execute(submission, source, setup, scratch, watch)
        try:
            with contextlib.suppress(OSError):
                pass_on()  # what was written between the last look and the end
            return _understood(end, source, setup, outbox, evaluator, room)
        except Exception as error:  # noqa: BLE001 - the run is over: keep what is known of it
            return failed(error, without_mark(end))


def _understood(
    end: ProcessEnd,
    source: SourceLook,
    setup: Setup,
    outbox: Path,
    evaluator: Evaluator,
    room: Room,
) -> Ran:
    """Read what a run left, and measure it."""
    reached, end = began(end), without_mark(end)
    claims, notes = read_claims(outbox, end.stdout)
    end = end if reached else _never_began(end, claims, setup)
    if room.was_short() or _says_full(end, claims, setup, room):
        end, claims = _without_room(end, claims)
    figures = _figures(end, claims)
    found: Measurements | Gap
    if figures.outcome is Outcome.FAULT:
        figures = figures.model_copy(update={"detail": f"{advised(figures.detail or NO_START)}."})
        found = _gap(figures.detail)
    else:
        found = evaluate(claims, figures, setup, outbox, evaluator, source.reads_kaggle)
    logs = Logs(end.stdout, end.stderr, executed_notebook(outbox))
    return Ran(figures, claims, found, notes, logs)


def _gap(reason: str) -> Gap:
    return Gap(kind=GapKind.FAULT, reason=reason.rstrip("."))


def _never_began(end: ProcessEnd, claims: Claims, setup: Setup) -> ProcessEnd:
    """What a run is that ended before the program began: ours, whatever ended it.

    Nothing of the student's has run, so what the process says of itself can be quoted.
    """
    if end.outcome is Outcome.FAULT:
        return end
    if claims.fault is not None:
        return fault(f"The run could not be prepared: {claims.fault}", end)
    if end.outcome is Outcome.TIMEOUT:
        return fault(TOO_SOON.format(wall_s=setup.assignment.limits.wall_s), end)
    last = (end.stderr.strip().splitlines() or [end.detail or "it gave no reason"])[-1]
    return fault(f"{NEVER_BEGAN}: {last[:300]}", end)


def _says_full(end: ProcessEnd, claims: Claims, setup: Setup, room: Room) -> bool:
    """Whether a program stopped for want of room that it was promised and the disk did not have.

    What filled the disk may be gone with the program before anybody looks.
    """
    said = f"{claims.crash.message if claims.crash else ''}\n{end.stderr[-2000:]}"
    promised = setup.assignment.limits.disk_mb * 2**20
    return room.least < promised and re.search(FULL, said) is not None


def _without_room(end: ProcessEnd, claims: Claims) -> tuple[ProcessEnd, Claims]:
    """What a run ended by a full disk of ours is; one that passed a limit of its own is not.

    Where it came to its end all the same, what we recorded of it may be too little.
    """
    crashed = end.outcome is Outcome.ERROR and end.exit_code is not None
    if crashed or end.outcome is Outcome.SIGNAL:
        end = fault(NO_ROOM, end)
    if claims.trace is not None and claims.trace.fault is None:
        trace = claims.trace.model_copy(update={"fault": NO_ROOM})
        claims = claims.model_copy(update={"trace": trace})
    return end, claims


def _figures(end: ProcessEnd, claims: Claims) -> RunFigures:
    """How the run ended. A program that ends its own process never reported its ending."""
    outcome, detail = end.outcome, end.detail
    if outcome is Outcome.OK and (not claims.ended or claims.fault is not None):
        outcome, detail = Outcome.ERROR, "The program ended its own process before its end."
    return RunFigures(
        outcome=outcome,
        signal=end.signal,
        exit_code=end.exit_code,
        wall_s=round(end.wall_s, 2),
        cpu_s=round(end.cpu_s, 2),
        peak_rss_mb=round(end.peak_rss_mb, 1),
        peak_gpu_mb=end.peak_gpu_mb,
        detail=detail,
    )
