"""Gives up root before bubblewrap starts, and lends each concurrent job a user id of its own.

A user id of its own makes the kernel's process limit count one job alone, and keeps a job from
signalling another. An ordinary user lends itself.
"""

import contextlib
import os
import platform
import re
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from grader.errors import Fault
from grader.model.run import Limits

# Covered by an empty tmpfs in a mount namespace of the job's own: never the shared directory.
STAGE = "/tmp"  # noqa: S108

# A range that systemd documents as unused: below its dynamic users, above everyone's accounts.
UIDS = range(60600, 61100)
_MIB = 1024 * 1024


@dataclass(frozen=True)
class Plan:
    """What ``launch`` does, in this order: bind ``sources`` below ``stage``, set ``limits``, become
    ``uid``, execute ``argv``.

    ``uid`` is ``None`` for an ordinary user, and then nothing is staged. ``inside`` are limits that
    the job gets when it is in its box.
    """

    uid: int | None
    stage: str
    sources: tuple[str, ...]
    limits: Mapping[str, int]
    inside: Mapping[str, int]
    argv: tuple[str, ...]


class Sources:
    """Collects the host paths to be bound and tells under which path bubblewrap finds each."""

    def __init__(self, staged: bool) -> None:
        self._staged = staged
        self.paths: list[str] = []

    def add(self, path: Path) -> str:
        """Return the path at which ``path`` can be reached after root has been given up."""
        if not self._staged:
            return str(path)
        self.paths.append(str(path))
        return f"{STAGE}/{len(self.paths) - 1}"


@contextlib.contextmanager
def borrowed_uid(fit: Callable[[int], bool] = lambda _: True) -> Iterator[int | None]:
    """Lend an unprivileged user id that no other job holds; ``None`` for an ordinary user.

    It is one that is ``fit``, which is asked of ids that nobody else can be lent meanwhile. The
    loan is a lock on a file, so it ends with this process even if it is killed.
    """
    if sys.platform == "win32" or os.geteuid() != 0:
        yield None
        return
    parent = "/run" if os.access("/run", os.W_OK) else tempfile.gettempdir()
    folder = Path(parent, "lab-grader-uids")
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.lstat().st_uid != 0 or folder.is_symlink():
        raise Fault(f"{folder} belongs to somebody else; remove it.")
    for uid in UIDS:
        with _taken(folder / str(uid)) as ours:
            if ours and fit(uid):
                yield uid
                return
    raise Fault(f"All {len(UIDS)} user ids for sandboxes are in use.")


@contextlib.contextmanager
def _taken(path: Path) -> Iterator[bool]:
    """Whether the lock on a file is ours while this lasts."""
    import fcntl

    descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        ours = False
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            ours = True
        yield ours
    finally:
        os.close(descriptor)


def kernel_limits(limits: Limits, uid: int | None, *, boxed: bool = False) -> dict[str, int]:
    """Say the rlimits of a job. Address space is left alone: limiting it breaks CUDA.

    The process limit counts threads, and libraries start some per core whatever they are told.
    An ordinary user's own processes count too, so they are added; or nothing is said of processes
    where the job is ``boxed`` and that is said inside.
    """
    import resource  # not on Windows, where this module is imported but never used

    said = {
        "CORE": 0,
        "SIGPENDING": 4096,  # counted for all processes of a user, timers included
        "MSGQUEUE": 0,
        "FSIZE": limits.disk_mb * _MIB,
        "NOFILE": min(4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]),
    }
    if not (boxed and limits_in_a_box(limits, uid)):
        said["NPROC"] = _processes(limits) + (_own_threads() if uid is None else 0)
    return said


def limits_in_a_box(limits: Limits, uid: int | None) -> dict[str, int]:
    """Say the rlimits that a job gets once it is in a user namespace of its own.

    Linux counts an ordinary user's processes for each user namespace since 5.14. A limit that held
    outside would count all of them, and a job that takes what it may would starve those beside it.
    """
    version = tuple(map(int, re.findall(r"\d+", platform.release())[:2]))
    return {"NPROC": _processes(limits)} if uid is None and version >= (5, 14) else {}


def _processes(limits: Limits) -> int:
    return limits.processes + 4 * (os.cpu_count() or 1)


def _own_threads() -> int:
    total = 0
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            total += process.num_threads() if process.uids().real == os.getuid() else 0
    return total


@contextlib.contextmanager
def others_may_read() -> Iterator[None]:
    """Let sandboxes read what is written for them meanwhile, whatever umask we were given.

    They run as other users, and what is put into an input after they began cannot be copied. What
    is a student's or secret lies in temporary folders that only their owner may enter. A process
    has one umask for all its threads.
    """
    before = os.umask(0o022)
    try:
        yield
    finally:
        os.umask(before)


@contextlib.contextmanager
def readable(
    inputs: Mapping[str, Path],
    uid: int | None,
    hidden: tuple[Path, ...] = (),
    reached: Callable[[Path], bool] = lambda _: True,
) -> Iterator[dict[str, Path]]:
    """Yield the inputs, with private copies in place of those that ``uid`` could not read.

    What is ``hidden`` is in no copy: whoever hides it knows where it lies, and not where copies do.
    ``reached`` says whether ``uid`` will get to a path: a closed folder on the way may be opened.
    """
    closed = []
    if uid is not None:
        closed = [n for n, path in inputs.items() if not (reached(path) and _open_to_all(path))]
    if not closed:
        yield dict(inputs)
        return
    with tempfile.TemporaryDirectory(prefix="lab-grader-") as folder:
        yield dict(inputs) | {
            name: _copy(inputs[name], Path(folder, name), hidden) for name in closed
        }


def _open_to_all(path: Path) -> bool:
    """Whether everything at or below ``path`` may be read by others; links are not followed."""
    needed = 0o005 if path.is_dir() else 0o004
    if path.stat().st_mode & needed != needed:
        return False
    if not path.is_dir():
        return True
    with os.scandir(path) as entries:
        return all(_entry_open_to_all(entry) for entry in entries)


def _entry_open_to_all(entry: os.DirEntry[str]) -> bool:
    if entry.is_dir(follow_symlinks=False):
        return _open_to_all(Path(entry.path))
    return entry.is_symlink() or bool(entry.stat().st_mode & stat.S_IROTH)


def _copy(source: Path, target: Path, hidden: tuple[Path, ...]) -> Path:
    if not source.is_dir():
        shutil.copyfile(source, target)
        target.chmod(0o644)
        return target
    secret = {path.resolve() for path in hidden}

    def left_out(folder: str, names: list[str]) -> set[str]:
        return {name for name in names if Path(folder, name).resolve() in secret}

    try:
        shutil.copytree(source, target, symlinks=True, ignore=left_out)
    except shutil.Error as error:  # a list of every file; the first tells why
        raise OSError(error.args[0][0][2]) from None
    target.chmod(0o755)
    for folder, names, files in os.walk(target):
        for name in [*names, *files]:
            path = Path(folder, name)
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() else 0o644)
    return target
