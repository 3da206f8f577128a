"""Grades each submission once, whatever the number of processes that ask for it."""

import hashlib
import json
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grader
from grader.errors import CallerError, GraderError
from grader.inert import plain
from grader.model.grade import Grade
from grader.pytest_plugin.remedies import remedy
from grader.results.atomic import replace
from grader.results.reviews import alone_in


@dataclass(frozen=True)
class Outcome:
    """What came of grading a submission: a grade, or a sentence that says why there is none."""

    grade: Grade | None
    why: str = ""


@dataclass(frozen=True)
class Outcomes:
    """The outcomes kept in ``folder``, which all processes share.

    ``options`` are what ``grader.grade`` is called with.
    """

    folder: Path
    assignment: str
    options: Mapping[str, Any]

    def known(self, submission: Path) -> Outcome | None:
        """What came of a submission, where it was graded already."""
        try:
            said = json.loads(self._file(submission).read_bytes())
        except FileNotFoundError:
            return None
        grade = Grade.model_validate(said["grade"]) if said["grade"] else None
        return Outcome(grade, said["why"])

    def of(self, submission: Path) -> Outcome:
        """What came of a submission; the first who asks has it graded, the others wait."""
        place = self._file(submission)
        place.parent.mkdir(exist_ok=True)
        with alone_in(place.parent):
            known = self.known(submission)
            if known is None:
                known = self._grade(submission)
                document = known.grade.document() if known.grade else None
                replace(place, json.dumps({"grade": document, "why": known.why}).encode())
            return known

    def _file(self, submission: Path) -> Path:
        name = hashlib.sha256(str(submission).encode("utf-8", "surrogateescape")).hexdigest()
        return self.folder / name[:32] / "outcome.json"

    def _grade(self, submission: Path) -> Outcome:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the summary says how it was isolated
            try:
                return Outcome(grader.grade(self.assignment, submission, **self.options))
            except CallerError as error:
                return Outcome(None, remedy(error))
            except GraderError as error:
                return Outcome(None, plain(f"{error}. This is the grader's own failure."))
            except Exception as error:  # noqa: BLE001 - nobody should see a traceback of ours
                said = f"{type(error).__name__}: {error}"
                return Outcome(
                    None,
                    plain(f"{said}. This is the grader's own failure: 'grader check' records it."),
                )
