"""Turns evidence and a rubric into a grade."""

from collections.abc import Mapping

from grader.checks import Check, Expectation
from grader.checks.accuracy import Accuracy, StatisticName, robust
from grader.intake.notes import without_mistakes
from grader.model.claims import Trace
from grader.model.evidence import Evidence
from grader.model.grade import (
    Attempt,
    CriterionResult,
    Grade,
    GradeClaims,
    GradedFiles,
    GradeMeasurements,
    GradeRun,
)
from grader.model.rubric import Criterion, Rubric
from grader.model.run import Outcome
from grader.model.verdict import Finding, Verdict
from grader.scoring.flags import flags_of
from grader.scoring.verdicts import judge_all


def score(
    evidence: Evidence, rubric: Rubric, expectation: Expectation, checks: Mapping[str, Check]
) -> Grade:
    """Judge ``evidence`` by ``rubric``. Pure: the same arguments give the same grade."""
    findings = judge_all(evidence, rubric, expectation, checks)
    criteria = tuple(_result(item, findings[item.id]) for item in rubric.criteria)
    flags = flags_of(evidence, rubric.most_values * expectation.baseline.parameters)
    faults = [item for item in criteria if item.verdict is Verdict.FAULT]
    points = _points(evidence, criteria)
    reasons = tuple(dict.fromkeys([*(item.why_unjudged for item in faults), *flags]))
    statistic = _statistic(rubric)
    return Grade(
        assignment=evidence.assignment,
        student=evidence.submission.student,
        submission=GradedFiles(files=evidence.submission.files, sha256=evidence.submission.sha256),
        profile=evidence.profile,
        isolation=evidence.isolation,
        device=evidence.device,
        seed=evidence.seed,
        attempts=(
            Attempt(
                seed=evidence.seed,
                score=points,
                valid_accuracy=_robust(evidence, statistic),
            ),
        ),
        score=points,
        provisional=bool(reasons),
        max_score=rubric.max_score,
        pass_mark=rubric.pass_score,
        passed=points is not None and points >= rubric.pass_score,
        needs_review=bool(reasons),
        reasons=reasons,
        flags=flags,
        notes=without_mistakes(evidence.notes),
        criteria=criteria,
        measurements=_measurements(evidence, expectation, statistic),
        claims=_claims(evidence),
        run=_run(evidence),
        versions=evidence.versions,
    )


def _result(criterion: Criterion, finding: Finding) -> CriterionResult:
    return CriterionResult(
        id=criterion.id,
        title=criterion.title,
        points=criterion.points,
        earned=round(criterion.points * finding.share, 2),
        verdict=finding.verdict,
        expected=finding.expected,
        found=finding.found,
        reason=f"{finding.expected} {finding.found}",
        help=_help(criterion, finding),
        where=finding.where,
        visibility=criterion.visibility,
    )


def _help(criterion: Criterion, finding: Finding) -> str:
    """What to do next; a rubric's own advice belongs to the criterion's own failure."""
    if finding.verdict is Verdict.MET:
        return ""
    own = criterion.help if finding.verdict in (Verdict.UNMET, Verdict.PARTIAL) else ""
    return " ".join(text for text in (finding.next_step, own) if text)


def _points(evidence: Evidence, criteria: tuple[CriterionResult, ...]) -> float | None:
    """The sum of what was earned; ``None`` where a fault of ours leaves nothing to score."""
    judged = [item for item in criteria if item.verdict is not Verdict.FAULT and item.points]
    if evidence.run.outcome is Outcome.FAULT or not judged:
        return None
    return round(sum(item.earned for item in criteria), 2)


def _statistic(rubric: Rubric) -> StatisticName:
    """Which statistic the rubric's validation criterion uses, for the grade's readers."""
    for item in rubric.criteria:
        if item.check == "validation_accuracy":
            return Accuracy.model_validate(item.parameters).statistic
    return "final"


def _robust(evidence: Evidence, statistic: StatisticName) -> float | None:
    measured = evidence.measurements
    return None if measured is None else robust(measured, statistic)


def _measurements(
    evidence: Evidence, expectation: Expectation, statistic: str
) -> GradeMeasurements:
    measured = evidence.measurements
    expected = expectation.baseline.layers
    if measured is None:
        return GradeMeasurements(expected_layers=expected)
    return GradeMeasurements(
        train_accuracy=measured.train_accuracy,
        train_loss=measured.train_loss,
        valid_accuracy=measured.valid_accuracy,
        valid_loss=measured.valid_loss,
        holdout_accuracy=None if measured.holdout is None else measured.holdout.final.accuracy,
        holdout=measured.holdout,
        statistic=statistic,
        per_epoch=measured.snapshots,
        typical=measured.typical,
        confusion=measured.confusion,
        layers=measured.layers,
        expected_layers=expected,
        parameters=measured.parameters,
        preprocessing=measured.preprocessing,
        agreement=measured.agreement,
    )


def _claims(evidence: Evidence) -> GradeClaims:
    claims = evidence.claims
    trace = claims.trace or Trace()
    return GradeClaims(
        train_accuracy=claims.printed.train_accuracy,
        valid_accuracy=claims.printed.valid_accuracy,
        epochs=None if claims.trace is None else trace.epochs,
        optimizer=trace.optimizer,
        learning_rate=trace.learning_rate,
        batch_size=trace.batch_size or None,
    )


def _run(evidence: Evidence) -> GradeRun:
    run = evidence.run
    return GradeRun(
        outcome=run.outcome,
        signal=run.signal,
        exit_code=run.exit_code,
        wall_s=run.wall_s,
        cpu_s=run.cpu_s,
        peak_rss_mb=run.peak_rss_mb,
        peak_gpu_mb=run.peak_gpu_mb,
        cells_run=evidence.claims.cells_run,
        cells_total=evidence.claims.cells_total,
    )
