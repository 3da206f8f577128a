"""What is said and kept where the grader itself fails on the path of a submission.

A fault has a sentence that names what happened and one that says what to do. It never has a score.
"""

import re
import traceback
from pathlib import Path

from grader.intake.notes import without_mistakes
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
from grader.model.verdict import Verdict

PACKAGE = Path(__file__).parent.parent
ADVICE = {
    r"No space left|quota exceeded": (
        "Make room on the disk, or name a folder with room in the environment variable TMPDIR, and "
        "grade it again"
    ),
    r"Too many open files": "Allow more open files (ulimit -n), and grade it again",
    r"temporarily unavailable|start new thread|Cannot allocate memory|MemoryError|SIGKILL": (
        "The machine may be short of memory or of processes: end what else runs there, and grade "
        "it again"
    ),
    r"usable temporary directory|Permission denied|Read-only file system": (
        "Name a folder that can be written in the environment variable TMPDIR, and grade it again"
    ),
}
"""What to do, by what the system says of a failure."""
OTHERWISE = "Grade it again; if that fails too, see what 'grader doctor' says of this machine"


def advised(reason: str) -> str:
    """Add what to do to the reason of a fault; without the last full stop."""
    known = (todo for said, todo in ADVICE.items() if re.search(said, reason, re.IGNORECASE))
    return f"{reason.rstrip('. ')}. {next(known, OTHERWISE)}"


def unexpected(error: BaseException) -> str:
    """Name an error that nobody foresaw in one line, with the line of ours that it came from."""
    said = " ".join(str(error).split())[:200]
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if PACKAGE in Path(frame.filename).parents]
    place = f" ({Path(own[-1].filename).name}, line {own[-1].lineno})" if own else ""
    return f"{type(error).__name__}: {said}{place}" if said else f"{type(error).__name__}{place}"


def ungraded(evidence: Evidence, rubric: Rubric, error: BaseException) -> Grade:
    """The grade where judging itself failed: no score, every criterion our fault.

    The evidence is whole, so ``grader regrade`` makes the real grade once that is mended.
    """
    reason = (
        f"The run could not be judged ({unexpected(error)}). It is kept: 'grader regrade' judges "
        "it once the grader is mended."
    )
    run = evidence.run
    return Grade(
        assignment=evidence.assignment,
        student=evidence.submission.student,
        submission=GradedFiles(files=evidence.submission.files, sha256=evidence.submission.sha256),
        profile=evidence.profile,
        isolation=evidence.isolation,
        device=evidence.device,
        seed=evidence.seed,
        attempts=(Attempt(seed=evidence.seed, score=None, valid_accuracy=None),),
        score=None,
        provisional=True,
        max_score=rubric.max_score,
        pass_mark=rubric.pass_score,
        passed=False,
        needs_review=True,
        reasons=(reason,),
        notes=without_mistakes(evidence.notes),
        criteria=tuple(_not_judged(item, reason) for item in rubric.criteria),
        measurements=GradeMeasurements(),
        claims=GradeClaims(),
        run=GradeRun(
            **run.model_dump(exclude={"detail"}),
            cells_run=evidence.claims.cells_run,
            cells_total=evidence.claims.cells_total,
        ),
        versions=evidence.versions,
    )


def _not_judged(criterion: Criterion, reason: str) -> CriterionResult:
    expected = "This criterion is judged by what the run left."
    return CriterionResult(
        id=criterion.id,
        title=criterion.title,
        points=criterion.points,
        earned=0,
        verdict=Verdict.FAULT,
        expected=expected,
        found=reason,
        reason=f"{expected} {reason}",
        help="This is the grader's fault, not yours; a person will look at it.",
        visibility=criterion.visibility,
    )
