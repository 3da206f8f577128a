"""Grades the one submission of a container and writes the result that the platform reads.

What a student can mend is a result, red and with a sentence. What is ours, or needs a person, is no
result: the platform then shows that the autograder failed, which is nobody's zero.
"""

import contextlib
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from grader.autograded.place import Place
from grader.autograded.settings import Settings, read_settings
from grader.autograded.told import completed, likely_cause, refused
from grader.course import find_course
from grader.discovery import is_archive, open_submission
from grader.errors import NoRoom, ResultsError, SubmissionError
from grader.exports import FORMATS, Wanted
from grader.model.grade import Grade
from grader.model.submission import Submission
from grader.pipeline import Request, prepare
from grader.pipeline.checked import check_and_keep
from grader.pipeline.setup import standard
from grader.reports.class_members import Graded, members
from grader.results.atomic import replace

_UPLOAD = "what was handed in"


@dataclass(frozen=True)
class Ended:
    """What came of a submission; ``grade`` is ``None`` where nothing could be run."""

    grade: Grade | None
    sentence: str


def prepare_image(root: Path) -> str:
    """Load all that grading reads, and make the data, while the image is built; say what there is.

    Raises CallerError or Fault where submissions could not be graded.
    """
    place = Place(root)
    setup = prepare(request_of(place, read_settings(place.source)))
    standard(setup.course, setup.assignment.slug, setup.data.profile)
    return f"{setup.assignment.title}, {setup.data.profile} data"


def grade_submission(root: Path) -> Ended:
    """Grade what lies in ``root/submission`` and write ``root/results/results.json``.

    Raises CallerError or Fault, and leaves no result, where a student can do nothing about it.
    """
    began_s = time.monotonic()
    place = Place(root)
    place.results.parent.mkdir(mode=0o700, exist_ok=True)
    place.results.unlink(missing_ok=True)
    settings = read_settings(place.source)
    with contextlib.ExitStack() as opened:
        try:
            found = open_submission(_handed_in(place), place.student())
            submission = opened.enter_context(found)
        except NoRoom:
            raise
        except SubmissionError as error:
            return _refuse(place, settings, error)
        grade = _graded(submission, request_of(place, settings, began_s))
    content = _exported(place, settings, grade)
    took_s = time.monotonic() - began_s
    replace(place.results, completed(content, grade, took_s))
    level = f"isolation level {grade.isolation.level} ({grade.isolation.backend})"
    sentences = (f"graded at {level} in {took_s:.0f} s", likely_cause(grade))
    return Ended(grade, ". ".join(filter(None, sentences)))


def _exported(place: Place, settings: Settings, grade: Grade) -> bytes:
    """The result as the platform reads it. Raises ResultsError where it would be nobody's."""
    alone = members(None, [Graded(grade.student, grade, None)])
    wanted = Wanted(find_course(place.course).assignment(settings.assignment), alone)
    try:
        return FORMATS["gradescope"].export(wanted).content
    except ResultsError as error:
        raise ResultsError(". ".join(filter(None, (str(error), likely_cause(grade))))) from None


def request_of(place: Place, settings: Settings, began_s: float | None = None) -> Request:
    """Return what to ask of the grader here.

    Half a core has no use for a second thread, and the memory does not hold two processes with
    torch. The network is the container's own to forbid. A course may give a run less time than the
    platform does.
    """
    own = settings.data == "own"
    limits = find_course(place.course).assignment(settings.assignment).limits
    began_s = time.monotonic() if began_s is None else began_s
    return Request(
        assignment=settings.assignment,
        course=place.course,
        data=place.data if own else None,
        practice=not own,
        practice_size=settings.practice_size,
        device="cpu",
        timeout_s=min(settings.run_s, limits.wall_s),
        threads=1,
        one_at_a_time=True,
        until_s=began_s + settings.run_s,
    )


def _handed_in(place: Place) -> Path:
    """The folder that was handed in, or the archive that is all there is in it."""
    with contextlib.suppress(OSError):
        inside = [path for path in place.submission.iterdir() if not path.name.startswith(".")]
        if len(inside) == 1 and not inside[0].is_symlink() and is_archive(inside[0]):
            return inside[0]
    return place.submission


def _graded(submission: Submission, request: Request) -> Grade:
    """The grade; what else a result holds is not kept here."""
    with tempfile.TemporaryDirectory(prefix="lab-grader-results-") as folder:
        grade, _ = check_and_keep(
            request, submission, Path(folder), lambda *_: contextlib.nullcontext()
        )
    return grade


def _refuse(place: Place, settings: Settings, error: SubmissionError) -> Ended:
    shown = SubmissionError(str(error).replace(str(place.submission), _UPLOAD))
    most = find_course(place.course).rubric(settings.assignment).max_score
    replace(place.results, refused(shown, most))
    return Ended(None, f"nothing was run: {shown}")
