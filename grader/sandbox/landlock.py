"""Level 2: Landlock, seccomp and limits, never as root. For machines without user namespaces.

Theory of operation. The process sees the real file system, but may open only what is named: Python
and the system's libraries, the job's inputs, a temporary folder of its own and the outbox. It has
no network, no shared memory and no other process's attention; what has no Landlock right (modes,
owners, times of files) seccomp turns into nothing. ``confine`` becomes such a process and ends
everything it started; this file says what it is told and reads what it reports. With ``templates``
both that process and the job are copies of a warm one: see ``warm.confined``.
"""

import contextlib
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.errors import Fault
from grader.model.run import Outcome, ProcessEnd
from grader.sandbox import layout, outbox, places, seccomp
from grader.sandbox.confine.plan import Plan
from grader.sandbox.handed import Files, fault
from grader.sandbox.interface import Job, Watch
from grader.sandbox.privileges import borrowed_uid, kernel_limits, readable
from grader.sandbox.processes import Start
from grader.sandbox.supervise import signal_name, supervise
from grader.sandbox.warm.request import Request
from grader.sandbox.warm.templates import Templates, as_copy

_OLDEST = 6
"""The version of Landlock's interface that keeps signals inside; Linux 6.12."""
_NONE = -1
_PACKAGES = Path(__file__).parent.parent.parent
_PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from grader.sandbox.confine.start import main; main(int(sys.argv[2]))"
)


class Landlock:
    """Runs jobs that may open only what they are given."""

    name = "landlock"
    level = 2
    shared_memory = False
    gpus = False

    def __init__(self, templates: Templates | None = None) -> None:
        self.templates = templates

    def missing(self) -> str | None:
        """Say what this kernel or installation lacks."""
        if sys.platform != "linux":
            return "Landlock exists on Linux only."
        try:
            import landlockpy

            seccomp.program(own_namespaces=False)
        except (OSError, ImportError, AttributeError) as error:
            return f"A library does not work ({error}); install 'landlockpy' and 'libseccomp2'."
        version = landlockpy.abi_version()
        if version == 0:
            return "The kernel has no Landlock, or was started without it; it needs Linux 6.12."
        if version < _OLDEST:
            return f"The kernel's Landlock is too old (version {version}); it needs Linux 6.12."
        return None

    def holes(self) -> tuple[str, ...]:
        """Name what remains possible inside."""
        return (
            "shares the kernel: an exploit of it escapes",
            "that a file outside exists, its size, times and link target can be seen, no content",
            "names in hidden folders that lie among Python's packages can be listed",
            "jobs of an ordinary user share one count: one may take all the others need",
            "that a process outside exists can be seen, not what it is",
            "may listen under an abstract name that a program outside takes for somebody else's",
            "temporary files are counted a few times a second, not capped",
            "an open file without a name is counted only while a process of the run holds it",
            "memory the kernel holds for pipes and sockets is not counted",
            "CPU threads are a request, not a limit",
        )

    def run(self, job: Job, watch: Watch | None = None) -> ProcessEnd:
        """Run ``job`` with nothing but what it names."""
        if job.gpu is not None:
            return fault("Level 2 keeps a GPU's driver from starting: use --device cpu or level 3.")
        try:
            job.outbox.mkdir(parents=True, exist_ok=True)
            before = job.outbox.stat()
            with _prepared(job) as place:
                try:
                    copied = _as_copy(self.templates, job, place, watch)
                    return copied or _run(job, place, watch)
                finally:
                    outbox.tidy(job.outbox, before)
        except (OSError, Fault) as error:
            return fault(f"The sandbox could not be prepared: {error}")


@dataclass(frozen=True)
class _Place:
    """The layout of one job on disk, and who runs there (``None``: this user)."""

    uid: int | None
    inputs: dict[str, Path]
    folder: Path
    root: Path
    temporary: Path


@contextlib.contextmanager
def _prepared(job: Job) -> Iterator[_Place]:
    with borrowed_uid() as uid, readable(job.inputs, uid, job.hidden) as inputs:
        folder = Path(tempfile.mkdtemp(prefix="lab-grader-")).resolve()
        try:
            root, temporary = layout.linked(inputs, job.outbox, folder)
            if uid is not None:
                for owned in (folder, job.outbox):
                    outbox.hand_over(owned, uid)
            yield _Place(uid, inputs, folder, root, temporary)
        finally:
            outbox.remove(folder)


def _run(job: Job, place: _Place, watch: Watch | None) -> ProcessEnd:
    own, kept = os.pipe()
    closed: list[int] = []

    def stop() -> None:
        if not closed:
            closed.append(kept)
            os.close(kept)

    try:
        with Files() as files:
            status = files.new()
            plan = _plan(job, place, files.new(seccomp.program(own_namespaces=False)), status, own)
            start = Start(
                argv=_command(files.new(plan.dump())),
                environment={},
                cwd=Path("/"),
                pass_fds=(*files.numbers, own),
                folders=(place.root / "work", place.temporary),
                stop=stop,
            )
            end = supervise(start, job.limits, job.outbox, watch)
            return _read_status(end, files.read(status))
    finally:
        stop()
        os.close(own)


def _as_copy(
    templates: Templates | None, job: Job, place: _Place, watch: Watch | None
) -> ProcessEnd | None:
    """Run the job as a copy of a template; ``None`` if that is not possible."""
    if templates is None:
        return None
    with Files() as files:
        filter_ = files.new(seccomp.program(own_namespaces=False))
        plan = _plan(job, place, filter_, _NONE, _NONE)
        request = Request(
            way="confined",
            command=plan.argv,
            environment=plan.environment,
            cwd=plan.cwd,
            details={"plan": files.new(plan.dump())},
            numbers=tuple(files.numbers),
        )
        start = Start((), {}, Path("/"), folders=(place.root / "work", place.temporary))

        def run(start: Start) -> ProcessEnd:
            return supervise(start, job.limits, job.outbox, watch)

        return as_copy(templates, request, start, run)


def _command(plan: int) -> tuple[str, ...]:
    return (sys.executable, "-I", "-c", _PROGRAM, str(_PACKAGES), str(plan))


def _plan(job: Job, place: _Place, filter_: int, status: int, lifeline: int) -> Plan:
    given = [path.resolve() for path in place.inputs.values()]
    # Hidden folders are known by their real paths; a rule opens a folder whatever its name.
    named = [*places.interpreter_folders(), *places.system_folders()]
    trees = list(dict.fromkeys(path.resolve() for path in named))
    hidden = tuple(path.resolve() for path in job.hidden)
    reads, lists = places.without([*trees, *given], hidden)
    writes = (place.root / "work", place.temporary, job.outbox.resolve())
    return Plan(
        uid=place.uid,
        exposed=_words([*places.interpreter_folders(), *given, job.outbox.resolve(), _PACKAGES]),
        limits=kernel_limits(job.limits, place.uid),
        reads=_words([*reads, *places.SYSTEM_FILES]),
        lists=_words([*lists, place.root]),
        writes=_words(writes),
        devices=places.DEVICES,
        meets=_words([place.root / "work", place.temporary]),
        paths={str(call): where for call, where in seccomp.asked_about().items()},
        argv=layout.command(job, place.root),
        environment=layout.environment(job, place.root, place.temporary),
        cwd=str(place.root / "work"),
        filter=filter_,
        status=status,
        lifeline=lifeline,
    )


def _words(paths: Iterable[Path | str]) -> tuple[str, ...]:
    return tuple(map(str, paths))


def _read_status(end: ProcessEnd, status: str) -> ProcessEnd:
    """Correct what was seen from outside by what the first process reported.

    Only a process that ended by itself is in question; a limit's verdict stands.
    """
    stopped = end.outcome is Outcome.ERROR and end.exit_code is None
    if end.outcome not in (Outcome.OK, Outcome.ERROR, Outcome.SIGNAL) or stopped:
        return end
    report = json.loads(status) if status else {}
    if "ended" not in report:
        last = (end.stderr.strip().splitlines() or ["it gave no reason"])[-1]
        return fault(f"The sandbox did not start: {report.get('fault', last)}.", end)
    code = report["ended"]
    if code < 0:
        changes = {"outcome": Outcome.SIGNAL, "signal": signal_name(-code), "exit_code": None}
    else:
        outcome = Outcome.ERROR if code else Outcome.OK
        changes = {"outcome": outcome, "signal": None, "exit_code": code}
    return end.model_copy(update=changes)
