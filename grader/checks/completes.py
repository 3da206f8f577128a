"""The program runs to its end."""

from grader.checks.interface import Check, Expectation, NoParameters
from grader.model.evidence import Crash, Evidence, Place
from grader.model.run import Outcome
from grader.model.verdict import Finding, Verdict, met, unmet

EXPECTED = "The program runs from start to end without an error."


def _place(crash: Crash) -> Place:
    return Place(file=crash.file, cell=crash.cell, line=crash.line)


def judge(evidence: Evidence, expectation: Expectation, parameters: NoParameters) -> Finding:
    """Met when the run ended by itself without an exception."""
    outcome, crash = evidence.run.outcome, evidence.claims.crash
    if outcome is Outcome.FAULT:
        return Finding(
            verdict=Verdict.FAULT,
            share=0,
            expected=EXPECTED,
            found=f"The grader could not run your program: {evidence.run.detail}",
            next_step="This is the grader's fault, not yours; a person will look at it.",
        )
    if outcome is Outcome.OK and crash is None:
        cells = evidence.claims.cells_total
        return met(EXPECTED, f"All {cells} code cells ran." if cells else "It ran to its end.")
    if crash is not None:
        return unmet(
            EXPECTED,
            f"It stopped with {crash.type}: {crash.message.strip()[:300]}",
            "Read the traceback from its last line upwards, correct that place, and run it again.",
            _place(crash),
        )
    endings = {
        Outcome.TIMEOUT: "It was still running when its time was up.",
        Outcome.MEMORY: "It used more memory than it may.",
        Outcome.OUTPUT: "It printed more than it may.",
        Outcome.SIGNAL: f"It was ended by {evidence.run.signal or 'a signal'}.",
    }
    found = endings.get(outcome, f"It ended with exit code {evidence.run.exit_code}.")
    return unmet(
        EXPECTED,
        f"{found} {evidence.run.detail}".strip(),
        "Look for a loop that never ends, or for data that is kept without need.",
    )


CHECK = Check("completes", "The program runs to its end.", NoParameters, judge)
