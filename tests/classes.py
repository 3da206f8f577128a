"""Plays what grades a class: engines that start no process, and a watcher that remembers."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from builders import criterion, evidence, expectation, rubric

from grader.batch.memory import Memory
from grader.batch.one import grade_one
from grader.batch.plan import Plan
from grader.batch.work import Event, Graded, Lost, Refused, Work
from grader.checks import CHECKS
from grader.intake.wire import ProgressLine
from grader.model.evidence import Evidence, SubmissionRecord
from grader.model.grade import Grade
from grader.model.roll import Roll
from grader.model.submission import Kind
from grader.pipeline import Request, Setup, prepare
from grader.pipeline.setup import Standard, standard
from grader.results.store import Logs, result_files
from grader.scoring import score

Answer = Callable[[Work], list[Event]]
"""What comes of a piece of work."""


def evidence_of(student: str, **changes: Any) -> Evidence:
    """What a right submission of that student leaves."""
    record = SubmissionRecord(
        student=student, kind=Kind.SCRIPT, main="lab.py", files=("lab.py",), sha256="1" * 64
    )
    return evidence(submission=record, **changes)


def grade_of(found: Evidence) -> Grade:
    """The grade by a rubric of one line."""
    return score(found, rubric(criterion("completes")), expectation(), CHECKS)


def files_of(found: Evidence) -> dict[str, bytes]:
    """The files of a result."""
    return result_files(
        found, grade_of(found), {"report.html": "<p>report</p>"}, Logs("said", "", None)
    )


def graded(*, crowded: bool = False, **changes: Any) -> Answer:
    """It is graded; ``changes`` are those of its evidence."""
    return lambda work: [
        Graded(work.student, files_of(evidence_of(work.student, **changes)), crowded)
    ]


def lost(work: Work) -> list[Event]:
    """Whoever graded it died."""
    return [Lost(work.student, "the process that graded it ended by signal 9")]


def refused(work: Work) -> list[Event]:
    """There is nothing to grade."""
    return [Refused(work.student, "it cannot be opened: ask for it again")]


@dataclass
class Played:
    """An engine with ``slots`` places; what was begun first ends first.

    ``answers`` are what comes of each student's work, one for each time it is begun; without any
    it is graded. ``begun`` tells what was begun, and whose work ran beside it.
    """

    answers: dict[str, list[Answer]] = field(default_factory=dict)
    slots: int = 1
    begun: list[tuple[Work, tuple[str, ...]]] = field(default_factory=list)
    running: list[Work] = field(default_factory=list)
    is_open: bool = False
    name: str = "played"

    def __enter__(self) -> Self:
        self.is_open = True
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.is_open = False

    def place_for(self, work: Work) -> bool:
        """Whether there is a place, and nobody who wants to be alone."""
        if any(one.alone for one in self.running):
            return False
        return len(self.running) < self.slots and not (work.alone and self.running)

    def begin(self, work: Work) -> None:
        """Remember it."""
        assert self.place_for(work)
        self.begun.append((work, tuple(one.student for one in self.running)))
        self.running.append(work)

    def events(self, within_s: float) -> list[Event]:
        """What came of the one that was begun first."""
        if not self.running:
            return []
        work = self.running.pop(0)
        answers = self.answers.get(work.student) or [self.usual]
        return answers.pop(0)(work)

    def usual(self, work: Work) -> list[Event]:
        """What comes of work for which no answer was given."""
        return graded()(work)

    @property
    def students(self) -> list[str]:
        """Whose work was begun, in order."""
        return [work.student for work, _ in self.begun]


class _Deaf:
    def listen(self, line: ProgressLine) -> None:
        """Nobody listens."""

    def again(self, attempt: int) -> None:
        """Nobody listens."""


@dataclass
class InProcess(Played):
    """Grades in this process, one after another, with the backend that the test chose.

    Called like ``Local``, it takes what a class passes on: see ``grader.batch.path``.
    """

    request: Request | None = None
    devices: Sequence[str] = ()

    def __call__(self, request: Request, devices: Sequence[str], memory: Memory) -> Self:
        self.request, self.devices, self.slots = request, devices, len(devices)
        self.begun.clear()
        self.__dict__.pop("_prepared", None)
        return self

    def usual(self, work: Work) -> list[Event]:
        """Grade it."""
        setup, judged_by = self._prepared
        return [grade_one(work, setup, judged_by, _Deaf())]

    @cached_property
    def _prepared(self) -> tuple[Setup, Standard]:
        assert self.request is not None
        setup = prepare(self.request)
        profile, rules = setup.data.profile, self.request.rubric
        return setup, standard(setup.course, self.request.assignment, profile, rules)


@dataclass
class Remembering:
    """Remembers what was heard of a class, in order."""

    said: list[tuple[Any, ...]] = field(default_factory=list)

    def planned(self, roll: Roll, plan: Plan, setup: Setup, epochs: int) -> None:
        """What is left to do."""
        self.said.append(("planned", [work.student for work in plan.works], plan.kept))

    def rejudged(self, old: Grade | None, new: Grade) -> None:
        """Another grade without a run."""
        self.said.append(("rejudged", new.student, old and old.max_score, new.max_score))

    def begun(self, work: Work) -> None:
        """Its turn has come."""
        self.said.append(("begun", work.student))

    def heard(self, student: str, line: ProgressLine) -> None:
        """A step."""
        self.said.append(("heard", student, line))

    def again(self, student: str, attempt: int) -> None:
        """Another seed."""
        self.said.append(("again", student, attempt))

    def graded(self, student: str, grade: Grade) -> None:
        """A result."""
        self.said.append(("graded", student, grade.score))

    def not_graded(self, student: str, reason: str) -> None:
        """None."""
        self.said.append(("not graded", student, reason))

    def put_off(self, student: str) -> None:
        """Later."""
        self.said.append(("put off", student))

    def noted(self, sentence: str) -> None:
        """Something of no one submission."""
        self.said.append(("noted", sentence))

    def look(self, slots: int) -> None:
        """A moment."""

    def of(self, student: str) -> list[str]:
        """What happened to one student."""
        return [one[0] for one in self.said if one[1] == student]


def works(*students: str) -> Iterable[Work]:
    """Work of those students."""
    return [Work(student, Path("work", f"{student}.py")) for student in students]


def state(folder: Path) -> dict[str, tuple[int, int]]:
    """Every file below ``folder``: which it is, and when it was changed."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path): (path.stat().st_ino, path.stat().st_mtime_ns) for path in files}
