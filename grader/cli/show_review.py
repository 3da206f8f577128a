"""What a person needs to decide about a result, in the terminal."""

import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.cli.failures import Failures
from grader.cli.signs import SIGNS, inert, points_of
from grader.model.claims import Trace
from grader.model.evidence import Evidence, Holdout, Layer, Measurements, Snapshot, SubmissionRecord
from grader.model.grade import Grade
from grader.model.review import Decision, Review, fingerprint
from grader.model.rubric import Visibility
from grader.reports import wording
from grader.reports.headline import headline
from grader.reports.text import percent, seconds
from grader.results.store import Stored, StoredResult
from grader.scoring.flags import FAR, HARDLY, MOSTLY, TABLE
from grader.scoring.reviewed import undecided

FILES = (
    "report.html",
    "notebook.html",
    "evidence.json",
    "stdout.txt",
    "stderr.txt",
    "executed.ipynb",
)
MOST_FILES = 10
"""How many files of a submission are named."""


def show_waiting(console: Console, stored: Stored, results: Path) -> None:
    """List the results that need review, and those that were decided about as earlier work."""
    failed = Failures(stored.damaged)
    waiting = 0
    for one in stored.results:
        if one.grade is None:
            failed.add(without_grade(one))
            continue
        waiting += one.grade.needs_review
        outdated = bool(one.review.decisions) and not one.grade.reviews
        if one.grade.needs_review or outdated:
            _show_one(console, one.folder.resolve().name, one.grade, outdated)
    count = len(stored.results)
    console.print(f"{waiting} of {count} {'result needs' if count == 1 else 'results need'} review")
    if waiting:
        _print(console, f"To see one: grader review {shlex.quote(str(results))} STUDENT")
    failed.end()


def without_grade(one: StoredResult) -> str:
    """Say that a grade is missing, and how to make it."""
    return (
        f"the grade in {one.folder} is missing or damaged: run 'grader regrade {one.folder}' to "
        "make it from the stored evidence"
    )


def _show_one(console: Console, name: str, grade: Grade, outdated: bool) -> None:
    console.print(inert(f"{name}: {headline(grade)}"), style="bold", soft_wrap=True)
    for reason in grade.reasons:
        _print(console, f"  {reason}")
    if outdated:
        _print(console, f"  {wording.EARLIER_WORK}")


def show_evidence(console: Console, one: StoredResult, grade: Grade, results: Path) -> None:
    """Show why a result needs review and everything there is to decide by."""
    _print(console, f"{grade.student}, {grade.assignment}, {grade.profile} data")
    console.print(inert(headline(grade)), style="bold")
    _list(console, "Why it needs review", grade.reasons)
    _list(console, "Noticed, and settled", grade.other_flags)
    console.print()
    console.print(_criteria(grade))
    _list(console, "Measured, and said by the program", _figures(grade, one.evidence))
    _list(console, "Notes", grade.notes)
    _list(console, "Decided", decided(one.review, fingerprint(one.evidence)))
    places = [one.folder / name for name in FILES]
    _list(console, "Files", (str(path) for path in places if path.is_file()))
    _list(console, "To decide", _commands(one, grade, results))


def _commands(one: StoredResult, grade: Grade, results: Path) -> Iterator[str]:
    """What can be decided about this grade, ready to be typed."""
    command = f"grader review {shlex.quote(str(results))}"
    if one.folder != results:
        command += f" {shlex.quote(one.folder.name)}"
    unjudged = [f"--points {item.id}=N" for item in undecided(grade.criteria)]
    if grade.reasons and not unjudged:
        yield f"{command} --accept --note WHY"
    yield f"{command} {' '.join(unjudged) or '--points CRITERION=N'} --note WHY"
    yield f"{command} --reopen --note WHY"


def _print(console: Console, line: str) -> None:
    console.print(inert(line), soft_wrap=True)


def _list(console: Console, title: str, lines: Iterable[str]) -> None:
    found = list(lines)
    if found:
        console.print(f"\n{title}", style="bold")
    for line in found:
        _print(console, f"  {line}")


def _criteria(grade: Grade) -> Table:
    """All criteria, the hidden ones too, by the names that ``--points`` takes."""
    table = Table(box=None, pad_edge=False, show_edge=False)
    table.add_column("criterion", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("expected and found", overflow="fold")
    for item in grade.criteria:
        sign, style = SIGNS[item.verdict]
        hidden = "" if item.visibility is Visibility.VISIBLE else "Hidden. "
        found = inert(f"{hidden}{item.title}: {item.expected} {item.found}")
        table.add_row(Text(item.id), Text(sign, style=style), points_of(item), found)
    return table


def _figures(grade: Grade, evidence: Evidence) -> Iterator[str]:
    """Each figure with what the program says of itself, or what is flagged, beside it."""
    yield _graded(evidence.submission)
    measured, said = grade.measurements, grade.claims
    for name, value, claim in (
        ("training accuracy", measured.train_accuracy, said.train_accuracy),
        ("validation accuracy", measured.valid_accuracy, said.valid_accuracy),
    ):
        yield f"{name}: {percent(value)}, said {percent(claim)}"
    if measured.parameters is not None:
        yield f"parameters: {measured.parameters:,}"
        yield f"layers: {_kinds(measured.layers)}"
        yield f"expected: {_kinds(measured.expected_layers)}"
    found = evidence.measurements
    if found is not None:
        yield f"trained on: {found.trained_on}, evaluated on: {found.validated_on}"
        yield from _epochs(found, evidence.claims.trace or Trace())
        yield from _path(found)
        yield from _stored(found)
    if found is not None and found.agreement is not None:
        rows, apart = found.agreement.rows, found.agreement.disagreements
        yield f"the captured graph answers differently on {apart} of {rows} images"
    if found is not None and found.holdout is not None:
        yield _held_out(found.holdout)
    if evidence.gap is not None:
        yield f"not measured: {evidence.gap.reason}"
    yield _run(grade, evidence)
    for attempt in grade.attempts if len(grade.attempts) > 1 else ():
        yield f"attempt with seed {attempt.seed}: {percent(attempt.valid_accuracy)} validation"


def _graded(submission: SubmissionRecord) -> str:
    """Which file was run, and what travelled with it."""
    others = [name for name in submission.files if name != submission.main]
    more = [f"and {len(others) - MOST_FILES} more"] if len(others) > MOST_FILES else []
    beside = f", beside it {', '.join([*others[:MOST_FILES], *more])}" if others else ""
    return f"graded: {submission.main}{beside}; sha256 {submission.sha256[:12]}…"


def _epochs(found: Measurements, trace: Trace) -> Iterator[str]:
    """What was kept of the epochs, beside how many the record counts."""
    each = ", ".join(f"{_epoch(one)} {percent(one.accuracy)}" for one in found.snapshots)
    yield f"validation accuracy by epoch: {each or 'none kept'}; the record counts {trace.epochs}"
    if found.idle_epochs:
        yield f"epochs that left every weight as it was: {found.idle_epochs}, usually none"


def _epoch(one: Snapshot) -> str:
    return "final" if one.epoch is None else f"{one.epoch}:"


def _path(found: Measurements) -> Iterator[str]:
    """How the weights moved; the limits are those of the flags."""
    if found.moved is not None:
        yield (
            f"parameters moved by {found.moved.relative_distance:.2g} of their size, usually about "
            f"1 (flagged below {HARDLY:g}), in {found.moved.moved} of {found.moved.parameters} "
            "tensors"
        )
    if found.settled is not None:
        yield (
            f"after the first epoch by {found.settled:.2g} (flagged below {HARDLY:g}, where that "
            f"is less than a {MOSTLY}th of the whole)"
        )
    if found.leap is not None:
        yield (
            f"after the last epoch by {found.leap:.2g} of the whole way, usually below 1 (flagged "
            f"above {FAR:g})"
        )


def _stored(found: Measurements) -> Iterator[str]:
    """What the network computes with; the limit of all values is the rubric's."""
    if found.stored is None:
        return
    values, untrained, table = found.stored.values, found.stored.untrained, found.stored.table
    yield f"stored values: {values:,}, of them {untrained:,} untrained (flagged above one half)"
    yield f"largest table that belongs to no layer: {table:,} values (flagged above {TABLE:,})"


def _held_out(holdout: Holdout) -> str:
    """The figures of the images that the program never saw."""
    worst = holdout.worst
    return (
        f"on {holdout.images:,} images held out: {percent(holdout.final.accuracy)}; worst gap "
        f"{100 * worst.gap:.1f} percentage points ({worst.name}), chance explains up to "
        f"{100 * worst.detectable_gap:.1f}"
    )


def _kinds(layers: Iterable[Layer]) -> str:
    return " ".join(one.kind for one in layers)


def _run(grade: Grade, evidence: Evidence) -> str:
    run = grade.run
    ending = [f"the program {wording.OUTCOMES[run.outcome]}"]
    ending += [f"signal {run.signal}"] if run.signal else []
    ending += [f"exit code {run.exit_code}"] if run.exit_code else []
    ending += [evidence.run.detail] if evidence.run.detail else []
    level = grade.isolation
    return f"{', '.join(ending)}; {seconds(run.wall_s)} at level {level.level} ({level.backend})"


def decided(review: Review, evidence: str) -> Iterator[str]:
    """Every decision in words, with what it does not count for any more."""
    counting = review.counting(evidence)
    for one in review.decisions:
        state = "" if any(one is other for other in counting) else _state(one, evidence)
        given = ", ".join(f"{p.criterion} {p.points:g} of {p.of:g}" for p in one.points)
        points = f" ({given})" if given else ""
        yield f"{wording.decision(one)}{points}{state}"


def _state(one: Decision, evidence: str) -> str:
    return " – taken back" if one.evidence == evidence else " – about earlier work"
