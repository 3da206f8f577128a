"""Waits for saves, answers each in seconds, and checks what is worth it, until somebody stops it.

Theory of operation. Whatever takes long is done once: the data is loaded, and jobs start as copies
of a process that has imported torch. Of each save, reading the program tells first what is open or
is no Python. Then the program runs to the end of its first step of training and no further; what
came of that is told at once. Only if that is sound, the whole check follows, as ``grader check``
does it. Another save ends whatever runs, with everything it started, and nothing of it is kept.
"""

import time
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn, Protocol

from grader.discovery import look_at_source, open_submission
from grader.discovery.find import is_archive
from grader.errors import CallerError, Fault, SubmissionError
from grader.model.grade import Grade
from grader.model.submission import Submission
from grader.pipeline import Request, Setup, examine, prepare
from grader.pipeline.checked import check_prepared, keep_checked, standard_of
from grader.pipeline.path import Listener
from grader.pipeline.setup import Standard
from grader.results.store import require_writable
from grader.sandbox.choose import warmed
from grader.sandbox.warm.templates import Templates
from grader.watch.answer import Answer, read, tried
from grader.watch.saves import Saves
from grader.watch.stopping import Saved, stoppable


class Watcher(Protocol):
    """Whoever shows what comes of each save."""

    def prepared(self, setup: Setup) -> None:
        """Hear what everything runs on; said once."""

    def answered(self, answer: Answer, after_s: float) -> None:
        """Hear what could be told at once, so long after the save."""

    def follow(self, setup: Setup, judged_by: Standard) -> AbstractContextManager[Listener | None]:
        """Open whoever follows the whole check."""

    def graded(self, grade: Grade, folder: Path, after_s: float) -> None:
        """Hear of a grade, and where its report lies."""

    def stopped(self) -> None:
        """Hear that what ran was ended, because there is a newer save."""

    def refused(self, sentence: str) -> None:
        """Hear of what only the student can mend outside of the program."""

    def waits(self) -> None:
        """Hear that nothing happens before the next save."""


@dataclass(frozen=True)
class Asked:
    """What is watched, and where its results go; ``student`` and ``main`` as for ``check``."""

    request: Request
    path: Path
    out: Path
    student: str | None = None
    main: str | None = None


def watch(asked: Asked, watcher: Watcher) -> NoReturn:
    """Check a submission now, and again whenever it is saved; ends by an exception only.

    Raises CallerError for what has to be mended before anything can be watched.
    """
    if is_archive(asked.path):
        raise SubmissionError(
            f"--watch follows files as you edit them, and {asked.path} is a zip: unpack it, and "
            "name the folder or the file"
        )
    setup = prepare(asked.request)
    judged_by = standard_of(asked.request, setup)
    saves, saved_s = Saves(), time.time()
    with Templates() as templates:
        ready = replace(setup, chosen=warmed(setup.chosen, templates))
        watching = _Watching(asked, stoppable(ready, saves.changed), judged_by, saves, watcher)
        watching.find()
        watcher.prepared(setup)
        while True:
            saved_s = watching.one(saved_s)


@dataclass(frozen=True)
class _Watching:
    """One submission that is watched, with all that is prepared for it."""

    asked: Asked
    setup: Setup
    judged_by: Standard
    saves: Saves
    watcher: Watcher

    def one(self, saved_s: float) -> float:
        """Answer the save of then and wait for the next; return when that was."""
        try:
            self._answer(self.find(), saved_s)
            self.watcher.waits()
        except Saved:
            self.watcher.stopped()
            return self.saves.settled()
        except (CallerError, Fault) as error:
            self.saves.renew()
            self.watcher.refused(str(error))
        return self.saves.wait()

    def find(self) -> Submission:
        """The submission as it is now, and noted as that. Raises SubmissionError."""
        asked = self.asked
        with open_submission(asked.path, asked.student, asked.main) as found:
            self.saves.note(found)
            return found

    def _answer(self, submission: Submission, saved_s: float) -> None:
        setup, asked = self.setup, self.asked
        named = asked.student is not None
        require_writable(asked.out, submission.student, submission.origin, named=named)
        source = look_at_source(submission, setup.assignment, setup.solution_cells)
        self.saves.expect(submission, [one.name for one in source.missing_modules])
        answer = read(source)
        if answer.sound:
            first = examine(submission, replace(setup, stop_after="step"))
            answer = tried(answer, first.evidence, self.judged_by)
        self.watcher.answered(answer, time.time() - saved_s)
        if answer.sound:
            done = check_prepared(setup, self.judged_by, submission, self.watcher.follow)
            folder = keep_checked(done, asked.out)
            self.watcher.graded(done.grade, folder, time.time() - saved_s)
