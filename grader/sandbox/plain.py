"""Level 0: a plain process with a clean environment, limits watched from outside, a tree kill.

It isolates nothing and says so. It exists for a student checking their own work on a machine
where no real sandbox is available, and for a container that is thrown away: there the grader is
root, and the job another user, see ``other_user``.
"""

import contextlib
import secrets
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from grader.errors import Fault
from grader.model.run import ProcessEnd
from grader.sandbox import layout, other_user, outbox, places
from grader.sandbox.handed import Files, fault
from grader.sandbox.interface import Job, Watch
from grader.sandbox.privileges import borrowed_uid, kernel_limits
from grader.sandbox.processes import Start
from grader.sandbox.supervise import supervise
from grader.sandbox.warm.request import Request
from grader.sandbox.warm.templates import Templates, as_copy

_MARK = "LAB_GRADER_RUN"
_NONE = -1
_AS_WE_ARE = (
    "reads and writes every file of this user, inputs and hidden folders included",
    "has the network",
    "sees and can signal this user's other processes",
    "a process that leaves the tree and clears its environment outlives the run",
    "the number of processes and of CPU threads is not limited",
    "disk use outside the outbox is not limited",
)
_AS_ANOTHER = (
    "as another user: reads what every user of this machine may read",
    "as another user: writes, and leaves files, where everybody may",
    "has the network",
    "sees other processes and their command lines",
    "the number of CPU threads is not limited",
    "disk use outside the outbox is not limited",
    "shares the kernel: an exploit of it escapes",
)
_Supervised = Callable[[Start], ProcessEnd]


@dataclass(frozen=True)
class _Place:
    """One job: what it starts with, in which folders, and as whom (``None``: this user)."""

    uid: int | None
    start: Start
    exposed: tuple[str, ...]


class Plain:
    """Runs jobs as ordinary child processes."""

    name = "plain"
    level = 0
    shared_memory = True
    gpus = True

    def __init__(self, templates: Templates | None = None) -> None:
        self.templates = templates

    def missing(self) -> str | None:
        """Nothing is needed."""
        return None

    def holes(self) -> tuple[str, ...]:
        """Name what a plain process can do."""
        return _AS_ANOTHER if other_user.possible() else _AS_WE_ARE

    def run(self, job: Job, watch: Watch | None = None) -> ProcessEnd:
        """Run ``job`` in a temporary copy of the layout, with links to its inputs."""
        job.outbox.mkdir(parents=True, exist_ok=True)
        try:
            with _user() as uid, _folder(job) as folder, _prepared(job, folder, uid) as place:

                def run(start: Start) -> ProcessEnd:
                    return supervise(start, job.limits, job.outbox, watch)

                if place.uid is None:
                    return self._run(place.start, run)
                return self._run_as(place.uid, place, kernel_limits(job.limits, place.uid), run)
        except Fault as error:
            return fault(f"The sandbox could not be prepared: {error}")

    def _run(self, start: Start, run: _Supervised) -> ProcessEnd:
        request = Request("unconfined", start.argv, start.environment, str(start.cwd))
        return as_copy(self.templates, request, start, run) or run(start)

    def _run_as(
        self, uid: int, place: _Place, limits: dict[str, int], run: _Supervised
    ) -> ProcessEnd:
        start = place.start
        plan = other_user.Plan(
            uid=uid,
            exposed=place.exposed,
            limits=limits,
            argv=start.argv,
            environment=dict(start.environment),
            cwd=str(start.cwd),
            status=_NONE,
        )
        try:
            end = self._copied(plan, start, run) or _executed(plan, start, run)
        finally:
            gone = other_user.end_all(uid)
        left = "Something the run started could not be killed."
        return end if gone else end.model_copy(update={"detail": f"{end.detail} {left}".strip()})

    def _copied(self, plan: other_user.Plan, start: Start, run: _Supervised) -> ProcessEnd | None:
        if self.templates is None:
            return None
        with Files() as files:
            details = {"plan": files.new(plan.dump())}
            numbers = tuple(files.numbers)
            request = Request(
                "unconfined", start.argv, start.environment, str(start.cwd), details, numbers
            )
            return as_copy(self.templates, request, start, run)


def _executed(plan: other_user.Plan, start: Start, run: _Supervised) -> ProcessEnd:
    with Files() as files:
        status = files.new()
        number = files.new(replace(plan, status=status).dump())
        argv, fds = other_user.command(number), tuple(files.numbers)
        end = run(replace(start, argv=argv, environment={}, cwd=Path("/"), pass_fds=fds))
        trouble = files.read(status)
    return fault(f"The sandbox did not start: {trouble}.", end) if trouble else end


@contextlib.contextmanager
def _user() -> Iterator[int | None]:
    """Lend the user that a job will run as; ``None`` is this one. Raises Fault."""
    if not other_user.possible():
        yield None
        return
    with borrowed_uid(other_user.nothing_left) as uid:
        yield uid


@contextlib.contextmanager
def _folder(job: Job) -> Iterator[Path]:
    """Make the folder of a run. Nothing of that or of the outbox is its user's afterwards.

    Whoever borrows the same user next could read it.
    """
    folder = Path(tempfile.mkdtemp(prefix=other_user.FOLDERS)).resolve()
    before = job.outbox.stat()
    try:
        yield folder
    finally:
        outbox.remove(folder)
        outbox.tidy(job.outbox, before)


@contextlib.contextmanager
def _prepared(job: Job, folder: Path, uid: int | None) -> Iterator[_Place]:
    """Lay a job out below ``folder``, for this user or for one that is lent. Raises Fault."""
    if uid is None:
        yield _Place(None, _start(job, *layout.linked(job.inputs, job.outbox, folder)), ())
        return
    with other_user.reachable(job, uid) as inputs:
        root, temporary = layout.linked(inputs, job.outbox, folder)
        for owned in (folder, job.outbox):
            outbox.hand_over(owned, uid)
        given = [path.resolve() for path in (folder, *inputs.values(), job.outbox)]
        shown = (*places.interpreter_folders(), *(given if other_user.may_mount() else ()))
        yield _Place(uid, _start(job, root, temporary), tuple(map(str, shown)))


def _start(job: Job, root: Path, temporary: Path) -> Start:
    mark = secrets.token_hex(16)
    return Start(
        argv=layout.command(job, root),
        environment=layout.environment(job, root, temporary) | {_MARK: mark},
        cwd=root / "work",
        mark=f"{_MARK}={mark}",
        gpu=layout.gpu_share(job),
    )
