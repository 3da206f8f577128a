"""The path of a class, from a folder of submissions to grades, reports and the class picture."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from grader.batch.engines import engine_for
from grader.batch.engines.interface import HOSTILE, Wanted
from grader.batch.grading import Grading, Watcher
from grader.batch.layouts import open_class
from grader.batch.picture import write_picture
from grader.batch.place import only_batch, write_roll
from grader.batch.plan import Plan, plan_class
from grader.batch.rejudge import judged_again, rewrite, standards_of
from grader.course import find_course
from grader.errors import CallerError, CourseError, ResultsError
from grader.model.grade import Grade
from grader.model.roll import Layout, NotGraded, Roll, Student
from grader.people.roster import read_roster
from grader.pipeline import Request, Setup, prepare
from grader.pipeline.faults import unexpected
from grader.pipeline.setup import require_walls, standard
from grader.results.interrupted import restore
from grader.results.store import StoredResult, require_place
from grader.sandbox.choose import warmed
from grader.sandbox.warm.templates import Templates

NEWER = "is newer than its result, which is kept: give the same command again to grade it"


@dataclass(frozen=True)
class ClassRequest:
    """What a caller asks for: ``request`` is what all submissions share.

    ``folder`` holds the submissions, ``out`` gets a folder for each; ``roster`` and ``due`` say who
    should have handed in, and when. ``workers`` is how many run at once, on each GPU where there
    are some; by default what cores and memory hold. ``engine`` is who grades them, ``address`` the
    cluster that one of several machines uses.
    """

    request: Request
    folder: Path
    out: Path
    roster: Path | None = None
    due: datetime | None = None
    layout: Layout | None = None
    workers: int | None = None
    engine: str = "local"
    address: str | None = None


@dataclass(frozen=True)
class ClassResult:
    """What came of a class; ``lost`` are students whose grading failed for a reason of ours."""

    roll: Roll
    kept: int
    rejudged: int
    graded: int
    lost: frozenset[str]


class ClassWatcher(Watcher, Protocol):
    """Whoever follows the path of a class."""

    def planned(self, roll: Roll, plan: Plan, setup: Setup, epochs: int) -> None:
        """Hear what is left to do, and how many epochs a run is expected to train."""

    def rejudged(self, old: Grade | None, new: Grade) -> None:
        """Hear of a grade that changed without a run."""


def grade_class(asked: ClassRequest, watcher: ClassWatcher) -> ClassResult:
    """Grade a class, or what is left of it. Raises CallerError for what the caller has to fix."""
    request = _with_threads(asked.request)
    roster = read_roster(asked.roster) if asked.roster is not None else None
    _require_apart(asked.out, asked.folder)
    # The GPUs of a cluster need not be here.
    setup = prepare(request if asked.engine == "local" else replace(request, device="cpu"))
    require_walls(setup.chosen, request.isolation, HOSTILE)
    profile = setup.data.profile
    judged_by = standard(setup.course, request.assignment, profile, request.rubric)
    baseline = judged_by.expectation.baseline
    require_place(asked.out)
    with (
        only_batch(asked.out),
        open_class(
            asked.folder,
            setup.assignment.slug,
            roster=roster,
            due=asked.due,
            layout=asked.layout,
            leave=asked.out,
        ) as opened,
    ):
        restore(asked.out)
        judging = _Judging(request, watcher)
        plan = plan_class(opened, asked.folder, setup, asked.out, judged_by, judging.keep)
        roll = _without(_with_digests(opened.roll, plan.digests), plan.left)
        write_roll(asked.out, roll)
        watcher.planned(roll, plan, setup, baseline.epochs)
        wanted = Wanted(request, setup, baseline, asked.workers, asked.address)
        if plan.works:
            _try_copies(setup)
        grading = Grading(plan.works, engine_for(asked.engine, wanted), asked.out, watcher)
        with _picture(asked.out, roll, setup, grading):
            grading.run()
        return ClassResult(
            roll=_final(asked.out, roll, grading),
            kept=plan.kept,
            rejudged=judging.changed,
            graded=grading.kept,
            lost=frozenset(grading.lost | judging.failed | plan.lost),
        )


def _require_apart(out: Path, folder: Path) -> None:
    if out.resolve() == folder.resolve():
        raise ResultsError(
            f"results would lie among the submissions in {folder}: choose another place with --out"
        )


def _with_threads(request: Request) -> Request:
    """One thread for each run, unless told otherwise: by the caller, else by the assignment."""
    if request.threads is not None:
        return request
    limits = find_course(request.course).assignment(request.assignment).limits
    return replace(request, threads=limits.threads or 1)


def _try_copies(setup: Setup) -> None:
    """Have the self-check of copies on record before every process that grades asks for it."""
    with Templates() as templates:
        warmed(setup.chosen, templates)


class _Judging:
    """Judges results that need not be made again by the rubric as it is now."""

    def __init__(self, request: Request, watcher: ClassWatcher) -> None:
        self._standards = standards_of(request.course, request.rubric)
        self._watcher = watcher
        self.changed = 0
        self.failed: set[str] = set()

    def keep(self, known: StoredResult) -> None:
        """Rewrite the grade where it is another now; one that cannot be stops nobody else's.

        Raises CourseError where the rubric does not fit.
        """
        try:
            written = rewrite(known, *judged_again(known, self._standards), self._standards)
        except CourseError:
            raise
        except Exception as error:  # noqa: BLE001 - a page that fails, a folder that is closed
            student = known.evidence.submission.student
            self.failed.add(student)
            said = str(error) if isinstance(error, CallerError) else unexpected(error)
            self._watcher.noted(f"{student} could not be judged again: {said}")
            return
        if written is not None:
            self.changed += 1
            self._watcher.rejudged(*written)


@contextmanager
def _picture(out: Path, roll: Roll, setup: Setup, grading: Grading) -> Iterator[None]:
    """Write the roll and the picture of the class at the end, were it before its time."""
    try:
        yield
    finally:
        final = _final(out, roll, grading)
        write_roll(out, final)
        write_picture(out, final, setup.assignment)


def _final(out: Path, roll: Roll, grading: Grading) -> Roll:
    """The roll as it is at the end: nobody's earlier grade stands for work that is not graded."""
    sources = {entry.student: entry.source for entry in roll.entries}
    reasons = dict(grading.not_graded)
    for student in grading.unfinished:
        if (out / student / "grade.json").exists():
            reasons[student] = NEWER
    left = [
        NotGraded(source=sources[student], reason=reason, student=student)
        for student, reason in reasons.items()
    ]
    return _without(roll, left)


def _with_digests(roll: Roll, digests: Mapping[str, str]) -> Roll:
    """The roll with the digests of the submissions."""
    entries = tuple(
        entry.model_copy(update={"sha256": digests.get(entry.student, "")})
        for entry in roll.entries
    )
    return roll.model_copy(update={"entries": entries})


def _without(roll: Roll, left: list[NotGraded]) -> Roll:
    """The roll with some submissions no longer among those that are graded.

    Whose they are stays known: without an entry they are missing, and what is left says why.
    """
    gone = {one.student for one in left}
    entries = tuple(entry for entry in roll.entries if entry.student not in gone)
    missing = [
        Student(student=one.student, name=one.name, section=one.section, known_as=one.known_as)
        for one in roll.entries
        if one.student in gone and not one.unmatched
    ]
    changed = {"entries": entries, "left": (*roll.left, *left)}
    return roll.model_copy(update=changed | {"missing": (*roll.missing, *missing)})
