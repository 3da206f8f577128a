"""What is told of finished runs, beside what was planted in them."""

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.diagnosis.running import program_of
from benchmarks.diagnosis.small import setup_for
from benchmarks.diagnosis.store import MEASURING, Line, Store, digest
from benchmarks.diagnosis.tasks import Task
from grader.diagnosis.case import Case
from grader.model.diagnosis import Diagnosis, Effect
from grader.model.evidence import Evidence
from grader.model.grade import Grade
from grader.model.run import Outcome
from grader.model.verdict import Verdict
from grader.pipeline import judge
from grader.pipeline.setup import Standard, standard

MOST = 3


@dataclass(frozen=True)
class Row:
    """One mutant beside the right solution it differs from.

    ``lost`` says what the mistake cost: ``stops``, ``score``, ``accuracy``, ``printed`` (what the
    program prints is no longer what is measured), or nothing. ``told`` are the ids in order, those
    of harmless ones included. ``stale`` is true where older code has measured the run.
    """

    mistake: str
    style: str
    lab: str
    lost: str
    score: float | None
    train: float | None
    valid: float | None
    told: tuple[str, ...]
    effect: Effect | None
    wall_s: float
    stale: bool

    @property
    def lowered(self) -> bool:
        """Whether the mistake changes what comes out."""
        return self.lost != ""

    @property
    def caught(self) -> bool:
        """Whether it is named at all."""
        return self.mistake in self.told

    @property
    def first(self) -> bool:
        """Whether it is named before all others."""
        return self.told[:1] == (self.mistake,)

    @property
    def near(self) -> bool:
        """Whether it is among the first three."""
        return self.mistake in self.told[:MOST]


@dataclass(frozen=True)
class Alarm:
    """What is told of one run of a right solution."""

    name: str
    seed: int
    told: tuple[Diagnosis, ...]
    score: float | None

    @property
    def false(self) -> tuple[str, ...]:
        """Mistakes that are said to have done harm."""
        return tuple(one.id for one in self.told if one.effect is not Effect.HARMLESS)

    @property
    def harmless(self) -> tuple[str, ...]:
        """Those that are said to have done none."""
        return tuple(one.id for one in self.told if one.effect is Effect.HARMLESS)


@dataclass(frozen=True)
class Graded:
    """A stored run, judged anew."""

    task: Task
    line: Line
    evidence: Evidence
    grade: Grade
    standard: Standard


def graded(tasks: Sequence[Task], store: Store, course: Path) -> Iterator[Graded]:
    """Judge what the store has of these tasks; nothing is run."""
    judges: dict[str, Standard] = {}
    for task in tasks:
        line = store.find(task.name, task.seed, program_of(task), None)
        if line is None:
            continue
        if task.lab not in judges:
            setup = setup_for(task.lab, course)
            judges[task.lab] = standard(setup.course, task.lab, "practice")
        evidence = store.read(line)
        judged_by = judges[task.lab]
        yield Graded(task, line, evidence, judge(evidence, judged_by), judged_by)


def scored(tasks: Sequence[Task], store: Store, course: Path) -> list[Row]:
    """A row for each right solution and each of its mutants that have been run.

    The rows of right solutions have no mistake.
    """
    found = list(graded(tasks, store, course))
    right = {(one.task.style, one.task.lab): one for one in found if not one.task.mistake}
    return [
        _row(one, right[one.task.style, one.task.lab])
        for one in found
        if (one.task.style, one.task.lab) in right
    ]


def _row(one: Graded, right: Graded) -> Row:
    measured = one.evidence.measurements
    told = one.grade.diagnosis
    effects = [each.effect for each in told if each.id == one.task.mistake]
    return Row(
        mistake=one.task.mistake,
        style=one.task.style,
        lab=one.task.lab,
        lost=_lost(one, right),
        score=one.grade.score,
        train=measured.train_accuracy if measured else None,
        valid=measured.valid_accuracy if measured else None,
        told=tuple(each.id for each in told),
        effect=effects[0] if effects else None,
        wall_s=one.evidence.run.wall_s,
        stale=one.line.code != digest(MEASURING),
    )


def _lost(one: Graded, right: Graded) -> str:
    if one.evidence.run.outcome is not Outcome.OK:
        return "stops"
    if (one.grade.score or 0) < (right.grade.score or 0):
        return "score"
    if Case(one.evidence, one.standard.expectation.baseline).suffers:
        return "accuracy"
    if _claims(one.grade) is not Verdict.MET and _claims(right.grade) is Verdict.MET:
        return "printed"
    return ""


def _claims(grade: Grade) -> Verdict:
    return next(one.verdict for one in grade.criteria if one.id == "claims")


def alarms(tasks: Sequence[Task], store: Store, course: Path) -> list[Alarm]:
    """What is told of each run of a right solution."""
    return [
        Alarm(one.task.name, one.task.seed, one.grade.diagnosis, one.grade.score)
        for one in graded(tasks, store, course)
    ]


def share(marks: Sequence[bool]) -> float:
    """The share of marks that are set; 0 where there are none."""
    return statistics.fmean(marks) if marks else 0.0
