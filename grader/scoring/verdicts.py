"""Judges every criterion of a rubric; a prerequisite that failed blocks, it does not fail twice."""

from collections.abc import Mapping

from pydantic import ValidationError

from grader.checks import Check, Expectation
from grader.course.explain import Problem, explain
from grader.course.yaml_files import plain, validate
from grader.diagnosis.own_words import meant
from grader.diagnosis.table import MISTAKES
from grader.errors import CourseError
from grader.model.base import Frozen
from grader.model.evidence import Evidence
from grader.model.rubric import Criterion, Rubric, Visibility
from grader.model.verdict import Finding, Verdict

KNOWN = frozenset(one.id for one in MISTAKES)
FAILED = {Verdict.UNMET, Verdict.BLOCKED, Verdict.FAULT}


def parameters_of(criterion: Criterion, checks: Mapping[str, Check]) -> tuple[Check, Frozen]:
    """Return the check a criterion names and its validated parameters. Raises CourseError."""
    if criterion.check not in checks:
        raise CourseError(
            f"criterion '{criterion.id}' names the check '{criterion.check}', which does not "
            f"exist: use one of {', '.join(sorted(checks))}"
        )
    check = checks[criterion.check]
    document = plain(criterion.parameters)
    try:
        return check, validate(document, check.parameters)
    except ValidationError as error:
        problems = explain(error, document, check.parameters)
        raise CourseError("; ".join(_sentence(criterion, one) for one in problems)) from None


def problems_of(
    rubric: Rubric, checks: Mapping[str, Check], expectations: Mapping[str, Expectation]
) -> list[str]:
    """What is wrong with what a rubric names, one sentence each.

    ``expectations`` are by data profile: levels must hold with the baselines of each.
    """
    found: dict[str, list[str]] = {}
    for criterion in rubric.criteria:
        try:
            check, parameters = parameters_of(criterion, checks)
        except CourseError as error:
            found[str(error)] = []
            continue
        for profile, expectation in expectations.items():
            try:
                if check.verify is not None:
                    check.verify(expectation, parameters)
            except CourseError as error:
                said = f"criterion '{criterion.id}': {error}"
                found.setdefault(said, []).append(f"{profile} data")
    unknown = sorted(set(rubric.diagnosis.leave_out) - KNOWN)
    return [
        *(f"{said} ({', '.join(on)})" if on else said for said, on in found.items()),
        *(
            f"diagnosis leaves out '{name}', which is no mistake we know{meant(name, KNOWN)}"
            for name in unknown
        ),
    ]


def _sentence(criterion: Criterion, problem: Problem) -> str:
    if not problem.place:
        return f"criterion '{criterion.id}': {problem.message}"
    return f"criterion '{criterion.id}' has a wrong parameter {problem.place}: {problem.message}"


def judge_all(
    evidence: Evidence, rubric: Rubric, expectation: Expectation, checks: Mapping[str, Check]
) -> dict[str, Finding]:
    """Return the finding of every criterion by id, in the rubric's order."""
    known = {criterion.id: criterion for criterion in rubric.criteria}
    findings: dict[str, Finding] = {}
    for criterion in rubric.criteria:
        check, parameters = parameters_of(criterion, checks)
        finding = _judged(check, evidence, expectation, parameters)
        failed = [name for name in criterion.requires if findings[name].verdict in FAILED]
        if failed and finding.verdict is not Verdict.FAULT:
            finding = _blocked(finding, known[failed[0]], findings[failed[0]])
        findings[criterion.id] = finding
    return findings


def _judged(
    check: Check, evidence: Evidence, expectation: Expectation, parameters: Frozen
) -> Finding:
    """A course's own check may fail; that is not the student's fault, and loses nothing else."""
    try:
        finding = check.judge(evidence, expectation, parameters)
        if not isinstance(finding, Finding):
            raise TypeError("it returned no finding")
        return finding
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a check raises
        return Finding(
            verdict=Verdict.FAULT,
            share=0,
            expected=check.summary,
            found=f"The check '{check.name}' failed: {type(error).__name__}: {str(error)[:200]}",
            next_step="This is the grader's fault, not yours; a person will look at it.",
        )


def _blocked(finding: Finding, before: Criterion, cause: Finding) -> Finding:
    """Say what failed before; what was measured all the same is worth knowing.

    Where both are blocked by the same thing, a criterion's own reason names it. What is hidden from
    students is not named to them.
    """
    if finding.verdict is cause.verdict is Verdict.BLOCKED:
        return finding
    ours = cause.verdict is Verdict.FAULT
    measured = "" if finding.verdict is Verdict.BLOCKED else f" {finding.found}"
    hidden = before.visibility is not Visibility.VISIBLE
    title = "a hidden criterion" if hidden else f"“{before.title}”"
    return Finding(
        verdict=Verdict.FAULT if ours else Verdict.BLOCKED,
        share=0,
        expected=finding.expected,
        found=f"Not judged, because of {title}.{measured}",
        next_step="" if hidden else cause.next_step,
    )
