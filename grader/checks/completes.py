"""The program runs to its end."""

from grader.checks.ending import ending_of
from grader.checks.interface import (
    TRAIN_AN_EPOCH,
    Check,
    Expectation,
    NoParameters,
    trained_nothing,
)
from grader.model.claims import Claims
from grader.model.evidence import Evidence
from grader.model.run import Outcome
from grader.model.verdict import Finding, Verdict, blocked, met, unmet

EXPECTED = "The program runs from start to end without an error."


def judge(evidence: Evidence, expectation: Expectation, parameters: NoParameters) -> Finding:
    """Met when the run ended by itself without an exception, having trained something."""
    if evidence.run.outcome is Outcome.FAULT:
        return Finding(
            verdict=Verdict.FAULT,
            share=0,
            expected=EXPECTED,
            found=f"The grader could not run your program: {evidence.run.detail}",
            next_step="This is the grader's fault, not yours; a person will look at it.",
        )
    ending = ending_of(evidence)
    if ending is not None:
        return unmet(EXPECTED, ending.found, ending.next_step, ending.where)
    if trained_nothing(evidence):
        found = "It ran to its end, but trained nothing on the way."
        return blocked(EXPECTED, found, TRAIN_AN_EPOCH)
    return met(EXPECTED, _ran(evidence.claims))


def _ran(claims: Claims) -> str:
    if not claims.cells_total:
        return "It ran to its end."
    if claims.cells_failed:
        ran = f"{claims.cells_run or 0} of {claims.cells_total} code cells ran"
        return f"{ran}; the others failed, as their tag raises-exception allows."
    return f"All {claims.cells_total} code cells ran."


CHECK = Check("completes", "The program runs to its end.", NoParameters, judge)
