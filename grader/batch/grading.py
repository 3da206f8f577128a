"""Grades what is left of a class, as many side by side as there is room for.

Theory of operation. One loop begins work wherever the engine has a place for it and hears what
comes of it. A result is committed the moment it arrives, whole or not at all, so whatever ends this
process costs only the runs that were under way. What was lost, or may have failed for want of what
others took, is tried once more, alone and last. Where that comes to nothing, the first result
counts.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from grader.batch.engines.interface import Engine
from grader.batch.work import Event, Graded, Heard, Lost, Noted, Refused, RunAgain, Work
from grader.intake.wire import ProgressLine
from grader.model.evidence import Evidence
from grader.model.grade import Grade
from grader.pipeline.attempts import all_runs, failed_at
from grader.results.store import write_files

TRIES = 2
_LOOK_S = 0.25


class Watcher(Protocol):
    """Whoever follows the grading of a class."""

    def begun(self, work: Work) -> None:
        """Hear that a submission's turn has come."""

    def heard(self, student: str, line: ProgressLine) -> None:
        """Hear of one step of a run."""

    def again(self, student: str, attempt: int) -> None:
        """Hear that a submission is run once more, with another seed."""

    def graded(self, student: str, grade: Grade) -> None:
        """Hear of a result that is kept now."""

    def not_graded(self, student: str, reason: str) -> None:
        """Hear of a submission without one."""

    def put_off(self, student: str) -> None:
        """Hear that a submission is tried again, alone, after all others."""

    def noted(self, sentence: str) -> None:
        """Hear of something that concerns no one submission."""

    def look(self, slots: int) -> None:
        """Have a moment, several times a second."""


class Grading:
    """The grading of one class.

    ``kept`` counts the results that were written, ``not_graded`` has the reason of each submission
    without one, ``lost`` are those whose reason is ours.
    """

    def __init__(self, works: Iterable[Work], engine: Engine, out: Path, watcher: Watcher) -> None:
        self._waiting = deque(works)
        self._running: dict[str, Work] = {}
        self._first: dict[str, Graded] = {}
        self._engine, self._out, self._watcher = engine, out, watcher
        self.kept = 0
        self.not_graded: dict[str, str] = {}
        self.lost: set[str] = set()

    @property
    def unfinished(self) -> tuple[str, ...]:
        """Whose work is still to be graded, or was when something ended the grading."""
        return (*self._running, *(work.student for work in self._waiting))

    def run(self) -> None:
        """Grade everything. Raises ResultsError where a result cannot be written."""
        if not self._waiting:
            return  # nothing is asked of an engine that is not needed
        with self._engine:
            while self._waiting or self._running:
                self._begin_what_fits()
                for event in self._engine.events(_LOOK_S):
                    self._take(event)
                self._watcher.look(self._engine.slots)

    def _begin_what_fits(self) -> None:
        while self._waiting and self._engine.place_for(self._waiting[0]):
            work = self._waiting.popleft()
            self._running[work.student] = work
            self._engine.begin(work)
            self._watcher.begun(work)

    def _take(self, event: Event | Noted) -> None:
        if isinstance(event, Noted):
            self._watcher.noted(event.sentence)
            return
        student = event.student
        match event:
            case Heard(line=line):
                self._watcher.heard(student, line)
            case RunAgain(attempt=attempt):
                self._watcher.again(student, attempt)
            case Graded():
                self._keep(event, self._running[student])
                del self._running[student]
            case Refused(reason=reason):
                self._come_to_nothing(self._running.pop(student), reason)
            case Lost(reason=reason):
                work = self._running.pop(student)
                if not self._put_off(work):
                    self.lost.add(student)
                    self._come_to_nothing(work, reason, "; give the same command again to grade it")

    def _keep(self, event: Graded, work: Work) -> None:
        if event.crowded and self._put_off(work):
            self._first[work.student] = event
            return
        first = self._first.pop(work.student, event)
        grade = Grade.model_validate_json(event.files["grade.json"])
        if grade.score is None and first is not event:  # we failed, and did not the first time
            event, grade = first, Grade.model_validate_json(first.files["grade.json"])
        evidence = Evidence.model_validate_json(event.files["evidence.json"])
        write_files(self._out, work.student, evidence, event.files, durable=True)
        self.kept += 1
        if grade.score is None or any(map(failed_at, all_runs(evidence))):
            self.lost.add(work.student)
        self._watcher.graded(work.student, grade)

    def _come_to_nothing(self, work: Work, reason: str, remedy: str = "") -> None:
        """Keep what came of the first try, if anything; else there is no result."""
        first = self._first.get(work.student)
        if first is None:
            self.not_graded[work.student] = reason + remedy
            self._watcher.not_graded(work.student, reason + remedy)
        else:
            self._watcher.noted(
                f"{work.student}: the first result counts, for alone it came to nothing: {reason}"
            )
            self._keep(first, work)

    def _put_off(self, work: Work) -> bool:
        """Have it tried again, alone, unless that was the last try."""
        if work.tries + 1 >= TRIES:
            return False
        self._waiting.append(replace(work, alone=True, tries=work.tries + 1))
        self._watcher.put_off(work.student)
        return True
