"""What is left to do of a class: who has a result of this very work, and who has not."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from grader.batch.layouts import OpenedClass
from grader.batch.work import Work
from grader.discovery import open_submission, origin_of
from grader.errors import CourseError, NoRoom, ResultsError, SubmissionError
from grader.model.review import Action, fingerprint
from grader.model.roll import Entry, NotGraded
from grader.pipeline import Setup
from grader.pipeline.attempts import all_runs, another_may_tell, failed_at
from grader.pipeline.faults import advised, unexpected
from grader.pipeline.key import work_key
from grader.pipeline.setup import Standard
from grader.results.reviews import read_review
from grader.results.store import StoredResult, read_result

Keep = Callable[[StoredResult], None]
"""Is given each result that need not be made again, one at a time: a class of them is large."""


TO_CHOOSE = "name the one to grade with --main"
INSTEAD = "leave only the one to grade, and give the batch again"


@dataclass
class Plan:
    """``works`` are to be run, longest expected first; ``kept`` counts results of this very work.

    ``left`` cannot be graded, each with what to do about it; ``lost`` are those of them whose
    reason is ours. ``digests`` are the SHA-256 of the
    submissions that could be opened, by student.
    """

    works: list[Work] = field(default_factory=list)
    kept: int = 0
    left: list[NotGraded] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)
    digests: dict[str, str] = field(default_factory=dict)

    def leave(self, entry: Entry, reason: str, *, ours: bool) -> None:
        """Note that a submission cannot be graded; ``ours`` that it is no fault of its own."""
        self.left.append(NotGraded(source=entry.source, reason=reason, student=entry.student))
        if ours:
            self.lost.add(entry.student)


def plan_class(
    opened: OpenedClass, folder: Path, setup: Setup, out: Path, judged_by: Standard, keep: Keep
) -> Plan:
    """Look at every submission of the class in ``folder``.

    Work that nobody has seen before is expected to take as long as the worked solution.
    """
    usual_s = judged_by.expectation.baseline.wall_s.mean
    plan = Plan()
    for entry in opened.roll.entries:
        path = opened.paths[entry.student]
        try:
            known = _known(out / entry.student)
            with open_submission(path, entry.student, entry.main) as submission:
                key = work_key(submission, setup)
                plan.digests[entry.student] = submission.sha256
            same = known if known is not None and known.evidence.work == key else None
            due = same is None or due_again(same, setup.reruns, judged_by)
            came_from = origin_of(folder / entry.source)
        except (SubmissionError, ResultsError) as error:
            reason = str(error).replace(str(path), entry.source).replace(TO_CHOOSE, INSTEAD)
            plan.leave(entry, reason, ours=isinstance(error, NoRoom))
        except CourseError:
            raise  # the rubric fits nobody's
        except Exception as error:  # noqa: BLE001 - one student's work ends nobody else's grading
            plan.leave(entry, f"could not be looked at: {advised(unexpected(error))}", ours=True)
        else:
            if same is not None and not due:
                plan.kept += 1
                keep(same)
                continue
            expected_s = known.evidence.run.wall_s if known is not None else usual_s
            plan.works.append(Work(entry.student, path, entry.main, expected_s, came_from))
    # What takes longest goes first: begun last, it would keep one core busy and the others idle.
    plan.works.sort(key=lambda work: (-work.expected_s, work.student))
    return plan


def due_again(known: StoredResult, reruns: int, judged_by: Standard) -> bool:
    """Whether a result is no last word, and nobody has decided about it since.

    A run was lost for a reason that is ours; or luck may have decided, by the rubric as it is now,
    and it had fewer tries than this class has.
    """
    evidence = known.evidence
    counting = known.review.counting(fingerprint(evidence))
    if any(one.action is Action.ACCEPT for one in counting):
        return False
    lost = any(failed_at(one) for one in (evidence, *evidence.others))
    return lost or another_may_tell(all_runs(evidence), reruns, judged_by)


def _known(folder: Path) -> StoredResult | None:
    """The result that is there. Raises ResultsError where something else is in its place."""
    try:
        return read_result(folder) if folder.exists() else None
    except PermissionError as error:
        raise ResultsError(
            f"{folder} cannot be read ({error.strerror}): get the right to read it, or choose "
            "another place with --out"
        ) from None
    except ResultsError:
        if _holds_result(folder):
            read_review(folder)  # one that cannot be read stays so, however often it is graded
            return None  # damaged: it is kept in ``earlier/`` when it is graded again
        raise ResultsError(
            f"{folder} is there already and is no result: move it away, or choose another place "
            "with --out"
        ) from None


def _holds_result(folder: Path) -> bool:
    """Whether there is anything of a result, were it out of reach."""
    try:
        return any((folder / name).is_file() for name in ("evidence.json", "grade.json"))
    except PermissionError:
        return True
