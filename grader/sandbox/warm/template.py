"""Imports once what every job imports, then becomes each job as a copy of itself.

    python -P -s -B -u -c '…; main()' PACKAGES CHANNEL OWNER MODULE...

where PACKAGES is the folder this package is imported from, OWNER the process of whoever asks, and
CHANNEL a socket to it.

Theory of operation. Importing torch and torchvision takes seconds, copying a process that has done
so some milliseconds. This process does nothing else: it runs no operator, starts no thread and
never any code of a student's, so every copy is as a fresh interpreter would be after the same
imports. Between it and a job stands a keeper, one per job. It ends with its owner, even where that
is killed and somebody else holds its end of the channel.
"""

import gc
import importlib
import os
import signal
import socket
import sys
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from grader.sandbox import system
from grader.sandbox.warm import become
from grader.sandbox.warm.become import Script
from grader.sandbox.warm.boxed import Boxed
from grader.sandbox.warm.confined import Confined
from grader.sandbox.warm.keeper import Way, keep, wait_for
from grader.sandbox.warm.request import Received, Request
from grader.sandbox.warm.unconfined import Unconfined

WAYS: dict[str, Callable[[Received, Script], Way]] = {
    "unconfined": Unconfined,
    "boxed": Boxed,
    "confined": Confined,
}
"""How a job can be started, by what a request calls it."""
MOST_DESCRIPTORS = 64
_MINORS = (0, 2, 4, 5)
"""Versions 4.x of the notebook format that are handed in: Colab's, old Jupyter's, Kaggle's, new."""


def serve(channel: socket.socket, owner: int, imported_from: list[str]) -> None:
    """Make a copy for every request, until nobody asks any more. ``owner`` is a pidfd."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # keepers need nobody to wait for them
    while wait_for((owner, channel.fileno())) != owner:
        message, found, _, _ = socket.recv_fds(channel, 1, MOST_DESCRIPTORS)
        if not message:
            return
        if os.fork() == 0:
            channel.close()
            _be_keeper(found, owner, imported_from)
        for descriptor in found:
            os.close(descriptor)


def _be_keeper(found: list[int], owner: int, imported_from: list[str]) -> NoReturn:
    """Learn here what the job is: what this process knew, the next copies would know as well."""
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        asked, control, output, errors, *own = found
        request = Request.load(asked)
        job = Received(request, output, errors, dict(zip(request.numbers, own, strict=True)))
        way = WAYS[request.way](job, Script(request, imported_from))
        keep(way, socket.socket(fileno=control), owner)
    finally:
        os._exit(1)


def _import(modules: list[str]) -> list[str]:
    """Import what is there; return the module path that an interpreter starts with.

    Folders outside the interpreter's own are not even looked into meanwhile: a job may not see
    them.
    """
    sys.path.remove(sys.argv[1])
    starts_with = list(sys.path)
    own = {sys.prefix, sys.base_prefix, sys.exec_prefix, "/usr"}
    sys.path[:] = [path for path in starts_with if any(path.startswith(o + os.sep) for o in own)]
    for name in modules:
        try:
            importlib.import_module(name)
        except ImportError:
            continue
    return starts_with


def _prepare() -> None:
    """Do once what each copy would do at its start and its end."""
    if "nbformat.validator" in sys.modules:
        for minor in _MINORS:  # it writes a program for each version, and compiles it
            sys.modules["nbformat.validator"].get_validator(4, minor)
    for one in list(getattr(weakref.finalize, "_registry", ())):
        one.atexit = False  # torch's take its libraries apart, for nobody


def _threads() -> int:
    """How many threads there are at a fork: OpenBLAS lets go of its own, and makes them again."""
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return len(list(Path("/proc/self/task").iterdir()))


def main() -> None:
    """Import, say so, and serve."""
    _, _, number, pid, *modules = sys.argv
    owner = os.pidfd_open(int(pid))
    if os.getppid() != int(pid):
        return  # it is gone already
    system.become_subreaper()  # where a keeper is killed, somebody must let go of what it kept
    with socket.socket(fileno=int(number)) as channel:
        imported_from = _import(modules)
        _prepare()
        if _threads() > 1:
            return  # a copy would lack them
        become.arguments_area()
        gc.collect()
        gc.freeze()  # a collection in a copy need not touch, and so copy, what they share
        sys.modules["grader_template"] = become  # for a job that copies itself again
        channel.send(b"ready")
        serve(channel, owner, imported_from)
