"""Runs again where luck may have decided, and lets the best attempt count.

A right program can miss a level by an unlucky seed. Where nothing but accuracies fall short, and by
no more than runs of the worked solution differ among themselves, another seed may tell. A program
that sets its own seed repeats itself, so it is not run again.
"""

from collections.abc import Iterable, Sequence

from grader.diagnosis import diagnose
from grader.model.claims import Trace
from grader.model.diagnosis import Diagnosis
from grader.model.evidence import Evidence, GapKind
from grader.model.grade import Grade
from grader.model.run import Outcome
from grader.model.verdict import Verdict
from grader.pipeline.setup import Standard
from grader.scoring import score
from grader.scoring.verdicts import judge_all

ANOTHER_FAILED = (
    "It was run again, because luck may have decided, but the grader itself failed at that: "
    "another run might have earned more."
)


def luck_may_decide(evidence: Evidence, standard: Standard) -> bool:
    """Whether another seed could earn what is missing."""
    trace = evidence.claims.trace or Trace()
    if evidence.measurements is None or "own_seed" in trace.notes:
        return False
    if _alone(evidence, standard).needs_review:
        return False
    findings = judge_all(evidence, standard.rubric, standard.expectation, standard.checks)
    points = {item.id: item.points for item in standard.rubric.criteria}
    missed = [
        one for name, one in findings.items() if points[name] and one.verdict is not Verdict.MET
    ]
    return bool(missed) and all(one.near for one in missed)


def another_may_tell(runs: Sequence[Evidence], most: int, standard: Standard) -> bool:
    """Whether one more run than these could earn more; ``most`` is how many there may be more than
    the first.
    """
    *known, last = runs
    return len(runs) <= most and not repeats(last, known) and luck_may_decide(last, standard)


def repeats(evidence: Evidence, earlier: Iterable[Evidence]) -> bool:
    """Whether a run measured exactly what another did: a third would do so again."""
    return any(evidence.measurements == one.measurements for one in earlier)


def best_first(evidence: Evidence, standard: Standard) -> Evidence:
    """The attempt that earns most, the others kept in it; of equals the earliest run."""
    if not evidence.others:
        return evidence
    runs = all_runs(evidence)
    best = max(runs, key=lambda one: _alone(one, standard).score or 0)
    return best.model_copy(update={"others": tuple(one for one in runs if one is not best)})


def judge(evidence: Evidence, standard: Standard) -> Grade:
    """Grade evidence; nothing is run, so a stored run can be judged again."""
    grade = _alone(evidence, standard).model_copy(update={"diagnosis": told(evidence, standard)})
    if not evidence.others:
        return grade
    runs = all_runs(evidence)
    attempts = [attempt for one in runs for attempt in _alone(one, standard).attempts]
    note = (
        f"It was run {len(runs)} times with different seeds, because only accuracies fell short, "
        "and by little. The best run counts."
    )
    grade = grade.model_copy(update={"attempts": tuple(attempts), "notes": (*grade.notes, note)})
    failed = any(failed_at(one) for one in evidence.others)
    if not failed or grade.score == grade.max_score:
        return grade
    return grade.model_copy(
        update={
            "provisional": True,
            "needs_review": True,
            "reasons": (*grade.reasons, ANOTHER_FAILED),
        }
    )


def told(evidence: Evidence, standard: Standard) -> tuple[Diagnosis, ...]:
    """The mistakes in the run that counts, where students are told of them."""
    wanted = standard.rubric.diagnosis
    if not wanted.tell:
        return ()
    baseline = standard.expectation.baseline
    return diagnose(evidence, baseline, standard.wording, wanted.leave_out)


def failed_at(evidence: Evidence) -> bool:
    """Whether the grader itself failed at a run, or at measuring it."""
    gap = evidence.gap
    return evidence.run.outcome is Outcome.FAULT or (gap is not None and gap.kind is GapKind.FAULT)


def _alone(evidence: Evidence, standard: Standard) -> Grade:
    return score(evidence, standard.rubric, standard.expectation, standard.checks)


def all_runs(evidence: Evidence) -> list[Evidence]:
    """Every attempt on its own, in the order they were run."""
    runs = [evidence.model_copy(update={"others": ()}), *evidence.others]
    return sorted(runs, key=lambda one: one.attempt)
