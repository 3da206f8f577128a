"""Level 3: bubblewrap with seccomp and limits, never as root.

Theory of operation. Every namespace is new; the file system is assembled from nothing: the
system's libraries and the interpreter read-only, the job's inputs below ``/box``, three small
tmpfs mounts and the outbox. Options reach bubblewrap through a descriptor and its environment is
empty, so neither shows inside as ``/proc/1``. It reports through another descriptor that our code
really started and how it exited: without that report, whatever happened was our fault and not the
student's. ``privileges`` and ``launch`` see to it that root never runs it. With ``templates`` the
same box is made around a process that only waits, and a copy moves in: see ``warm.boxed``.
"""

import contextlib
import functools
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

from grader.errors import Fault
from grader.model.run import Outcome, ProcessEnd
from grader.sandbox import box, layout, outbox, seccomp
from grader.sandbox.handed import Files, fault
from grader.sandbox.interface import Job, Watch
from grader.sandbox.privileges import (
    STAGE,
    Plan,
    Sources,
    borrowed_uid,
    kernel_limits,
    limits_in_a_box,
    readable,
)
from grader.sandbox.processes import Start
from grader.sandbox.supervise import signal_name, supervise
from grader.sandbox.warm.holder import HOLDER
from grader.sandbox.warm.request import Request
from grader.sandbox.warm.templates import Templates, as_copy

_OLDEST = (0, 8)
_LAUNCH = Path(__file__).with_name("launch.py")


class Bubblewrap:
    """Runs jobs in new namespaces."""

    name = "bubblewrap"
    level = 3
    shared_memory = True
    gpus = True

    def __init__(self, templates: Templates | None = None) -> None:
        self.templates = templates

    def missing(self) -> str | None:
        """Say what is not installed; whether it works is for the self-check to find out."""
        if sys.platform != "linux":
            return "Bubblewrap exists on Linux only."
        version = installed_version()
        if version is None:
            return "Bubblewrap is not installed; install the package 'bubblewrap'."
        if version < _OLDEST:
            return "Bubblewrap is older than 0.8; install a newer one."
        try:
            seccomp.program()
        except (OSError, ImportError, AttributeError) as error:
            return f"The seccomp library does not work ({error}); install 'libseccomp2'."
        return None

    def holes(self) -> tuple[str, ...]:
        """Name what remains possible inside."""
        return (
            "shares the kernel: an exploit of it escapes",
            "host paths of the inputs and of Python show in the mount table",
            "memory the kernel holds for pipes and sockets is not counted",
            "temporary files are counted a few times a second, not capped",
            "CPU threads are a request, not a limit",
            "with a GPU: its driver and /sys are reachable, its memory is watched, not capped",
        )

    def run(self, job: Job, watch: Watch | None = None) -> ProcessEnd:
        """Run ``job`` in the box."""
        try:
            job.outbox.mkdir(parents=True, exist_ok=True)
            before = job.outbox.stat()
            with borrowed_uid() as uid, readable(job.inputs, uid, job.hidden) as inputs:
                if uid is not None:
                    outbox.hand_over(job.outbox, uid)
                try:
                    run = _Run(job, inputs, uid, watch)
                    return run.as_copy(self.templates) or run.executed()
                finally:
                    outbox.tidy(job.outbox, before)
        except (OSError, Fault) as error:
            return fault(f"The sandbox could not be prepared: {error}")


@dataclass(frozen=True)
class _Made:
    """What a box is made from; ``filter`` and ``status`` are descriptors."""

    plan: Plan
    start: Start
    filter: int
    status: int


@dataclass(frozen=True)
class _Run:
    """One job with what it is shown, and who runs it (``None``: this user)."""

    job: Job
    inputs: dict[str, Path]
    uid: int | None
    watch: Watch | None

    def executed(self) -> ProcessEnd:
        """Run a new interpreter in the box."""
        with Files() as files:
            command = layout.command(self.job, PurePosixPath(box.ROOT))
            made = self._made(files, box.limited(self._inside(), command))
            return _read_status(self._supervised(made.start), files.read(made.status))

    def as_copy(self, templates: Templates | None) -> ProcessEnd | None:
        """Run a copy of a template in the box; ``None`` if that is not possible."""
        if templates is None:
            return None
        root = PurePosixPath(box.ROOT)
        holder = (sys.executable, "-I", "-S", "-c", HOLDER)
        with Files() as files:
            made = self._made(files, holder, "--as-pid-1")
            details = {"plan": asdict(made.plan), "filter": made.filter, "status": made.status}
            request = Request(
                way="boxed",
                command=layout.command(self.job, root),
                environment=box.environment(self.job),
                cwd=str(root / "work"),
                details=details,
                numbers=tuple(files.numbers),
            )
            return as_copy(templates, request, made.start, self._supervised)

    def _made(self, files: Files, command: tuple[str, ...], *more: str) -> _Made:
        """Prepare everything for a box in which ``command`` is executed."""
        program = shutil.which("bwrap")
        if program is None:
            raise Fault("bubblewrap is no longer installed.")
        sources = Sources(staged=self.uid is not None)
        status = files.new()
        filter_ = files.new(seccomp.program(memory_files=self.job.gpu is not None))
        options = [*box.options(self.job, self.inputs, sources, files.new), *more]
        options += ["--seccomp", str(filter_), "--json-status-fd", str(status)]
        given = files.new("".join(f"{option}\0" for option in options).encode())
        argv = (program, "--args", str(given), "--", *command)
        limits = kernel_limits(self.job.limits, self.uid, boxed=True)
        plan = Plan(self.uid, STAGE, tuple(sources.paths), limits, self._inside(), argv)
        launch = files.new(json.dumps(asdict(plan)).encode())
        start = Start(
            argv=(sys.executable, "-I", "-S", str(_LAUNCH), str(launch)),
            environment={},
            cwd=Path("/"),
            pass_fds=tuple(files.numbers),
            scratch=box.SCRATCH,
            gpu=layout.gpu_share(self.job),
        )
        return _Made(plan, start, filter_, status)

    def _inside(self) -> dict[str, int]:
        return limits_in_a_box(self.job.limits, self.uid)

    def _supervised(self, start: Start) -> ProcessEnd:
        return supervise(start, self.job.limits, self.job.outbox, self.watch)


def _read_status(end: ProcessEnd, status: str) -> ProcessEnd:
    """Correct what was seen from outside by what bubblewrap reported from inside.

    Only a process that ended by itself is in question; a limit's verdict stands.
    """
    if end.outcome not in (Outcome.OK, Outcome.ERROR, Outcome.SIGNAL) or _passed_limit(end):
        return end
    report = dict(_reports(status))
    if "child-pid" not in report or "exit-code" not in report:
        last = (end.stderr.strip().splitlines() or ["it gave no reason"])[-1]
        return fault(f"The sandbox did not start: {last}.{_remedy(last)}", end)
    code = report["exit-code"]
    if 128 < code <= 128 + 64:
        changes = {"outcome": Outcome.SIGNAL, "signal": signal_name(code - 128), "exit_code": None}
        return end.model_copy(update=changes)
    return end


def _remedy(message: str) -> str:
    """Name the usual way out where namespaces are forbidden."""
    if not re.search(r"uid map|namespace|unshare|not permitted", message, re.IGNORECASE):
        return ""
    return (
        " Unprivileged user namespaces must be allowed: sysctl"
        " kernel.apparmor_restrict_unprivileged_userns=0 on Ubuntu (docs/security.md has a way"
        " that frees bubblewrap alone),"
        " kernel.unprivileged_userns_clone=1 on Debian; in a container, by its seccomp profile,"
        " and there run as an ordinary user or grant CAP_SYS_ADMIN to root."
    )


def _passed_limit(end: ProcessEnd) -> bool:
    return end.outcome is Outcome.ERROR and end.exit_code is None


def _reports(status: str) -> Iterator[tuple[str, int]]:
    for line in status.splitlines():
        with contextlib.suppress(ValueError):
            yield from json.loads(line).items()


@functools.cache
def installed_version() -> tuple[int, ...] | None:
    """Ask bubblewrap for its version; ``None`` if it is not on the path."""
    program = shutil.which("bwrap")
    if program is None:
        return None
    answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    return tuple(int(number) for number in re.findall(r"\d+", answer.stdout))
