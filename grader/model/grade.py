"""The grade: verdicts + rubric → points. ``grade.json`` is this model, a public contract."""

from typing import Any, Literal

from pydantic import Field

from grader.model.base import Frozen
from grader.model.diagnosis import Diagnosis
from grader.model.evidence import Agreement, Holdout, Layer, Preprocessing, Snapshot, TypicalEpoch
from grader.model.review import Decision
from grader.model.rubric import Visibility
from grader.model.run import Isolation, Outcome
from grader.model.source import Place
from grader.model.verdict import Verdict


class GradedFiles(Frozen):
    """The files a grade is about."""

    files: tuple[str, ...]
    sha256: str


class CriterionResult(Frozen):
    """One criterion as graded; ``reason`` joins what was expected and what was found.

    Where a person set the points, ``before_review`` is what the check had given.
    """

    id: str
    title: str
    points: float
    earned: float
    before_review: float | None = None
    verdict: Verdict
    expected: str
    found: str
    reason: str
    help: str
    where: Place | None = None
    visibility: Visibility

    @property
    def why_unjudged(self) -> str:
        """Why a person has to judge it; students read this, so what is hidden stays hidden."""
        visible = self.visibility is Visibility.VISIBLE
        return self.found if visible else "A hidden criterion could not be judged."


class GradeMeasurements(Frozen):
    """The measurements a reader of the grade wants; ``None`` where nothing could be measured."""

    train_accuracy: float | None = None
    train_loss: float | None = None
    valid_accuracy: float | None = None
    valid_loss: float | None = None
    holdout_accuracy: float | None = None
    holdout: Holdout | None = None
    statistic: str | None = None
    per_epoch: tuple[Snapshot, ...] = ()
    typical: TypicalEpoch | None = None
    confusion: tuple[tuple[int, ...], ...] = ()
    layers: tuple[Layer, ...] = ()
    expected_layers: tuple[Layer, ...] = ()
    parameters: int | None = None
    preprocessing: Preprocessing | None = None
    agreement: Agreement | None = None


class GradeClaims(Frozen):
    """What the submission says of itself."""

    train_accuracy: float | None = None
    valid_accuracy: float | None = None
    epochs: int | None = None
    optimizer: str | None = None
    learning_rate: float | None = None
    batch_size: int | None = None


class GradeRun(Frozen):
    """How the run ended and what it used."""

    outcome: Outcome
    signal: str | None
    exit_code: int | None
    wall_s: float
    cpu_s: float
    peak_rss_mb: float
    peak_gpu_mb: float | None
    cells_run: int | None
    cells_total: int | None


class Attempt(Frozen):
    """One run of a submission that was run more than once."""

    seed: int
    score: float | None
    valid_accuracy: float | None


class Grade(Frozen):
    """The grade of one submission.

    ``score`` is ``None`` when a fault leaves nothing to score; ``provisional`` is true with any
    fault or review reason, listed in ``reasons``. ``flags`` mark something to look at and never
    subtract points by themselves. ``diagnosis`` lists mistakes, the one to mend first at its head;
    they change no points. ``reviews`` are the decisions of people that count, oldest
    first; they settle reasons, never flags.
    """

    schema_: Literal[1] = Field(default=1, alias="schema")
    assignment: str
    student: str
    submission: GradedFiles
    profile: str
    isolation: Isolation
    device: str
    seed: int
    attempts: tuple[Attempt, ...]
    score: float | None
    provisional: bool
    max_score: float
    pass_mark: float
    passed: bool
    needs_review: bool
    reasons: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    reviews: tuple[Decision, ...] = ()
    notes: tuple[str, ...] = ()
    criteria: tuple[CriterionResult, ...]
    measurements: GradeMeasurements
    claims: GradeClaims
    diagnosis: tuple[Diagnosis, ...] = ()
    run: GradeRun
    versions: dict[str, str]

    @property
    def open_criteria(self) -> int:
        """How many criteria that carry points are not met."""
        return sum(one.verdict is not Verdict.MET and one.points > 0 for one in self.criteria)

    @property
    def undecided_points(self) -> float:
        """The points of criteria that could not be judged and nobody has judged."""
        return sum(one.points for one in self.criteria if one.verdict is Verdict.FAULT)

    @property
    def other_flags(self) -> tuple[str, ...]:
        """Flags that are no open reason for a review, because somebody has looked at them."""
        return tuple(flag for flag in self.flags if flag not in self.reasons)

    def document(self) -> dict[str, Any]:
        """Return the JSON document that ``grade.json`` holds."""
        return self.model_dump(mode="json", by_alias=True)
