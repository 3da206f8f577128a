"""The program runs to its end."""

from grader.checks.interface import (
    TRAIN_AN_EPOCH,
    Check,
    Expectation,
    NoParameters,
    trained_nothing,
)
from grader.model.evidence import Evidence
from grader.model.run import Outcome
from grader.model.verdict import Finding, Verdict, blocked, met, unmet

EXPECTED = "The program runs from start to end without an error."

ENDINGS = {
    Outcome.TIMEOUT: (
        "It was still running when its time was up.",
        "Look for a loop that never ends, for input(), or for far more epochs than are asked for.",
    ),
    Outcome.MEMORY: (
        "It used more memory than it may.",
        "Look for data that is kept without need: losses without .item(), lists that grow.",
    ),
    Outcome.OUTPUT: (
        "It printed more than it may.",
        "Print once per epoch, not once per batch.",
    ),
    Outcome.SIGNAL: (
        "It was ended by {signal}.",
        "Look at what the program did last: too much memory, or a crash inside a library.",
    ),
}
READABLE = (
    "Correct what is named above, and hand in a PyTorch program that runs from its first line."
)
ENDED_ITSELF = (
    "It ended with exit code {exit_code}.",
    "Remove whatever ends the program early, such as exit() or quit(), and run it to its end.",
)


def judge(evidence: Evidence, expectation: Expectation, parameters: NoParameters) -> Finding:
    """Met when the run ended by itself without an exception, having trained something."""
    outcome, crash = evidence.run.outcome, evidence.claims.crash
    if outcome is Outcome.FAULT:
        return Finding(
            verdict=Verdict.FAULT,
            share=0,
            expected=EXPECTED,
            found=f"The grader could not run your program: {evidence.run.detail}",
            next_step="This is the grader's fault, not yours; a person will look at it.",
        )
    if outcome is Outcome.NOT_RUN:
        return unmet(EXPECTED, evidence.run.detail, READABLE, evidence.source.parse_error)
    if trained_nothing(evidence):
        found = "It ran to its end, but trained nothing on the way."
        return blocked(EXPECTED, found, TRAIN_AN_EPOCH)
    if outcome is Outcome.OK and crash is None:
        cells = evidence.claims.cells_total
        return met(EXPECTED, f"All {cells} code cells ran." if cells else "It ran to its end.")
    if crash is not None:
        place = crash.place
        at = f" in {place.words}" if place.words else ""
        return unmet(
            EXPECTED,
            f"It stopped{at} with {crash.type}: {crash.message.strip()[:300]}",
            _known_cause(evidence)
            or f"Correct the error{at}. The traceback shows how Python got there: read it from its "
            "last line upwards.",
            place,
        )
    if outcome is Outcome.ERROR and evidence.run.exit_code is None:
        return unmet(EXPECTED, evidence.run.detail, "Save less: the last weights are enough.")
    found, advice = ENDINGS.get(outcome, ENDED_ITSELF)
    signal = evidence.run.signal or "a signal"
    what = found.format(signal=signal, exit_code=evidence.run.exit_code)
    return unmet(EXPECTED, f"{what} {evidence.run.detail}".strip(), advice)


def _known_cause(evidence: Evidence) -> str | None:
    """The next step where the error's cause is one that we know."""
    crash, source = evidence.claims.crash, evidence.source
    if crash is None:
        return None
    if crash.type == "ModuleNotFoundError":
        name = crash.message.partition("'")[2].partition("'")[0].partition(".")[0]
        return (
            f"If {name}.py is a file of your own, hand it in too: in one folder or zip with your "
            "program. If it is a package, do without it: it is not installed here."
        )
    if crash.type == "NameError" and source.skipped_cells and not source.placeholders:
        cells = ", ".join(map(str, source.skipped_cells[:12]))
        return (
            "What is missing may be defined in a cell that was not run, because it begins with the "
            f"handout's mark for solutions (cells {cells}). Where it is your own work, delete that "
            "first line."
        )
    if source.reads_kaggle and "out of bounds" in crash.message:
        return (
            "Your program names Kaggle's sign_mnist_test.csv, and its labels go up to 24: use 25 "
            "outputs, or the handout's sign_mnist_valid.csv with 24."
        )
    return None


CHECK = Check("completes", "The program runs to its end.", NoParameters, judge)
