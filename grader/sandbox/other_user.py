"""Level 0 for a grader that was started by root: a job runs as a user that owns nothing here.

    python -I -c 'from grader.sandbox.other_user import main; …' FD      where FD holds a ``Plan``

Theory of operation. Root may read and change everything, and a container in which neither
namespaces nor Landlock are allowed often has no other user. So each job borrows a user id of its
own (``privileges.borrowed_uid``): the kernel's ordinary rights then keep it from what is closed to
others, and from signalling the grader. It also makes the end of a run certain: whatever still
belongs to that user is part of the run, so one signal to all of it ends what hid from the walk.

The job must be able to walk to what it is given. Where mounts are allowed, ``expose`` shows it, at
its old place. Where they are not, the closed temporary folder that its outbox lies in is lent to
the job's group, for walking, until the job has ended: no other job has that group. What lies behind
another closed folder is copied. If even the interpreter cannot be reached, or temporary folders
cannot, the job runs as root, as it would for any other user: see ``possible``.
"""

import contextlib
import functools
import json
import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NoReturn, Self

from grader.sandbox import outbox, places
from grader.sandbox.confine.expose import closed_above, expose
from grader.sandbox.interface import Job
from grader.sandbox.launch import drop, limit, offer_to_oom_killer
from grader.sandbox.privileges import UIDS, readable

FOLDERS = "lab-grader-"
"""What the names of temporary folders of runs begin with."""
NOT_STARTED = 125
"""Exit code where the job never ran."""
_PACKAGES = Path(__file__).parent.parent.parent
_FIND = "import sys; sys.path.insert(0, sys.argv[1]); "
_START = f"{_FIND}from grader.sandbox.other_user import main; main(int(sys.argv[2]))"
_MOUNT = f"{_FIND}from grader.sandbox.launch import own_mounts; own_mounts()"
_ROUNDS = 20


@dataclass(frozen=True)
class Plan:
    """What ``main`` does: make ``exposed`` reachable, become ``uid`` within ``limits``, execute.

    ``status`` is a file that says why that failed, or nothing.
    """

    uid: int
    exposed: tuple[str, ...]
    limits: dict[str, int]
    argv: tuple[str, ...]
    environment: dict[str, str]
    cwd: str
    status: int

    def dump(self) -> bytes:
        """Return it as JSON."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def load(cls, descriptor: int) -> Self:
        """Read it from a file that is open at its start, and close that."""
        with os.fdopen(descriptor) as file:
            return cls(**json.load(file))


def command(plan: int) -> tuple[str, ...]:
    """The command that carries out the plan in a descriptor that it inherits."""
    return (sys.executable, "-I", "-c", _START, str(_PACKAGES), str(plan))


def main(descriptor: int) -> NoReturn:
    """Become the job."""
    plan = Plan.load(descriptor)
    os.set_inheritable(plan.status, False)
    try:
        become(plan)
        os.chdir(plan.cwd)
        os.execve(plan.argv[0], plan.argv, plan.environment)  # noqa: S606 - exactly what is wanted
    except OSError as error:
        os.pwrite(plan.status, str(error).encode()[:4000], 0)
    os._exit(NOT_STARTED)


def become(plan: Plan) -> None:
    """Give up root for good, and every way back to it. Raises OSError."""
    from grader.sandbox import system  # not on Windows, where this module is imported

    os.umask(0o022)
    expose(plan.exposed)
    offer_to_oom_killer()
    limit(plan.limits)
    drop(plan.uid)
    system.keep_rights_as_they_are()
    system.become_dumpable()


def possible() -> bool:
    """Whether jobs can run as another user: only root may change it, and must be able to show it
    Python and temporary folders.
    """
    if sys.platform != "linux" or os.geteuid() != 0 or not _may_change():
        return False
    needed = (*places.interpreter_folders(), _temporary() / "a folder of a run")
    return may_mount() or all(closed_above(path) is None for path in needed)


@functools.cache
def _may_change() -> bool:
    """Whether there is another user: in a namespace of users, root may be the only one."""
    try:
        subprocess.run(("/bin/true",), user=UIDS[0], group=UIDS[0], extra_groups=[], check=True)
    except (OSError, subprocess.SubprocessError):
        return False
    return True


@functools.cache
def may_mount() -> bool:
    """Whether this process may make mounts that nobody else sees; in a container it may not."""
    words = (sys.executable, "-I", "-c", _MOUNT, str(_PACKAGES))
    return subprocess.run(words, check=False, capture_output=True).returncode == 0


@contextlib.contextmanager
def reachable(job: Job, uid: int) -> Iterator[dict[str, Path]]:
    """Yield the inputs of ``job`` where ``uid`` can read them once ``expose`` has done its part."""
    if may_mount():
        with readable(job.inputs, uid, job.hidden) as inputs:
            yield inputs
        return
    written = job.outbox.resolve()
    ways = {None, closed_above(written)}
    with readable(
        job.inputs, uid, job.hidden, lambda path: closed_above(path.resolve()) in ways
    ) as inputs:
        with contextlib.ExitStack() as lent:
            for path in (written, *inputs.values()):
                _lend_way(path.resolve(), uid, lent)
            yield inputs


def _temporary() -> Path:
    return Path(tempfile.gettempdir()).resolve()


def _lend_way(path: Path, gid: int, lent: contextlib.ExitStack) -> None:
    """Let a group walk to ``path``, which lies in a temporary folder of its job's own.

    Folders that such a folder lies in are opened for walking.
    """
    inside = [folder for folder in path.parents if _temporary() in folder.parents]
    closed = [folder for folder in inside if not folder.stat().st_mode & stat.S_IXOTH]
    for folder in closed[1:]:
        folder.chmod(stat.S_IMODE(folder.stat().st_mode) | stat.S_IXOTH)
    if closed and closed[0].stat().st_gid != gid:
        lent.enter_context(_lent(closed[0], gid))


@contextlib.contextmanager
def _lent(folder: Path, gid: int) -> Iterator[None]:
    """Let a group walk through ``folder`` meanwhile; nobody else, and nobody can list it."""
    before = folder.stat()
    os.chown(folder, -1, gid)
    folder.chmod(stat.S_IMODE(before.st_mode) | stat.S_IXGRP)
    try:
        yield
    finally:
        with contextlib.suppress(FileNotFoundError):
            folder.chmod(stat.S_IMODE(before.st_mode))
            os.chown(folder, -1, before.st_gid)


def end_all(uid: int) -> bool:
    """Kill whatever belongs to a borrowed user; ``False`` if something of it is left."""
    for _ in range(_ROUNDS):
        if not _left(uid):
            return True
        with contextlib.suppress(OSError):
            subprocess.run(
                ("/bin/sh", "-c", "kill -KILL -1"),
                user=uid,
                group=uid,
                extra_groups=[],
                cwd="/",
                env={},
                check=False,
                capture_output=True,
            )
    return not _left(uid)


def nothing_left(uid: int) -> bool:
    """Whether nothing has that user, after what a killed grader left of it was ended and removed.

    A process that only waits to be reaped counts: the kernel counts it among those of the next job.
    """
    if not end_all(uid) or next(_processes(uid), None) is not None:
        return False
    _take_back(uid)
    return True


def _take_back(uid: int) -> None:
    """Remove the folders of a killed grader's runs, and close those that were lent to its jobs.

    They are of earlier work, which the next job of that user must not read. Nobody else can have
    that user meanwhile, so nothing of a run that goes on is among them.
    """
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDERS}*"):
        with contextlib.suppress(OSError):
            found = folder.lstat()
            if found.st_uid == uid:
                outbox.remove(folder)
            elif found.st_gid == uid and stat.S_ISDIR(found.st_mode):
                folder.chmod(0o700)
                os.chown(folder, -1, os.getegid())


def _left(uid: int) -> bool:
    """Whether a process of that user lives; one that only waits to be reaped does not."""
    for name in _processes(uid):
        with contextlib.suppress(OSError):
            if not _is_dead(name):
                return True
    return False


def _processes(uid: int) -> Iterator[str]:
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            if os.stat(f"/proc/{name}").st_uid == uid:
                yield name


def _is_dead(pid: str) -> bool:
    with open(f"/proc/{pid}/stat", "rb") as file:
        return file.read().rpartition(b")")[2].split()[0] in (b"Z", b"X")
