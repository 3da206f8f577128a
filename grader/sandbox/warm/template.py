"""Imports once what every job imports, then becomes each job as a copy of itself.

    python -P -s -B -u template.py CHANNEL MODULE...

Theory of operation. Importing torch and torchvision takes seconds, copying a process that has done
so some milliseconds. This process does nothing else: it runs no operator, starts no thread pool and
never any code of a student's, so every copy is as a fresh interpreter would be after the same
imports. Between it and a job stands a keeper, one per job: it is the job's parent and the subreaper
of all the job starts, says when the job has ended and, when told to let go, ends what was left.
"""

import atexit
import contextlib
import ctypes
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import tempfile
import threading
import types
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

_PR_SET_CHILD_SUBREAPER = 36
_MESSAGE_BYTES, _MOST_DESCRIPTORS = 1 << 18, 64


@dataclass(frozen=True)
class Request:
    """A job to become: a script with its arguments, and the descriptors it shall have."""

    script: str
    arguments: list[str]
    environment: dict[str, str]
    cwd: str
    numbers: list[int]


@dataclass(frozen=True)
class Received:
    """A request with its descriptors as they arrived: control, output, errors, the job's own."""

    request: Request
    descriptors: list[int]


def serve(channel: socket.socket) -> Received | None:
    """Become a job and return it; ``None`` when nobody asks for jobs any more."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # keepers need nobody to wait for them
    while True:
        message, descriptors, _, _ = socket.recv_fds(channel, _MESSAGE_BYTES, _MOST_DESCRIPTORS)
        if not message:
            return None
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.close(channel.detach())
            ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
            job = os.fork()
            if job == 0:
                return Received(Request(**json.loads(message)), descriptors)
            with contextlib.suppress(OSError):  # the host is gone: nothing is left to tell
                _keep(job, descriptors)
            _sweep()
            os._exit(0)
        for descriptor in descriptors:
            os.close(descriptor)


def _keep(job: int, descriptors: list[int]) -> None:
    """Say who the job is, when it ended, and, once all it started is dead, what it used."""
    control, *others = descriptors
    for descriptor in others:
        os.close(descriptor)
    with socket.socket(fileno=control) as host:
        host.send(str(job).encode())
        ended = os.pidfd_open(job)
        ready, _, _ = select.select([ended, host.fileno()], [], [])
        if ended not in ready:
            return  # told to stop, or the host is gone
        host.send(b"ended")
        host.recv(1)
        _, status, used = os.wait4(job, 0)
        _sweep()
        cpu_s = used.ru_utime + used.ru_stime
        host.send(json.dumps({"code": os.waitstatus_to_exitcode(status), "cpu_s": cpu_s}).encode())


def _sweep() -> None:
    """Kill what is left, again and again: the orphans of whatever dies come to this process."""
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    while True:
        for child in children.read_text().split():
            with contextlib.suppress(OSError):
                os.kill(int(child), signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def become(job: Received) -> None:
    """Turn this copy into what a fresh interpreter would be with the job's script."""
    request = job.request
    os.setsid()
    _, output, errors, *own = job.descriptors
    # Descriptors may arrive under numbers that are wanted for others: first all out of the way.
    high = [os.dup2(number, 1000 + number) for number in (output, errors, *own)]
    os.closerange(3, 1000)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    for number, wanted in zip(high, (1, 2, *request.numbers), strict=True):
        os.dup2(number, wanted)
    os.closerange(1000, 1100)
    if nothing not in request.numbers:
        os.close(nothing)
    os.environ.clear()
    os.environ.update(request.environment)
    os.chdir(request.cwd)
    tempfile.tempdir = None


def run_as_main(script: str, arguments: list[str]) -> NoReturn:
    """Do what ``python SCRIPT ARGUMENTS`` does, but for taking the interpreter apart at its end.

    That would touch, and so copy, everything the template holds, only to let go of it.
    """
    code = 1
    try:
        code = _exit_code(script, arguments)
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):
                stream.flush()
        os._exit(code)


def _exit_code(script: str, arguments: list[str]) -> int:
    try:
        _execute(script, arguments)
    except SystemExit as stop:
        if stop.code is None or isinstance(stop.code, int):
            return (stop.code or 0) & 0xFF
        sys.stderr.write(f"{stop.code}\n")
        return 1
    except BaseException:  # noqa: BLE001 - told as the interpreter tells it
        sys.excepthook(*sys.exc_info())
        return 1
    return 0


def _execute(script: str, arguments: list[str]) -> None:
    module = types.ModuleType("__main__")
    module.__dict__.update(__file__=script, __builtins__=__builtins__)
    sys.modules["__main__"] = module
    sys.argv = [script, *arguments]
    exec(compile(Path(script).read_bytes(), script, "exec"), module.__dict__)  # noqa: S102 - ours


def main() -> None:
    """Import, say so, and serve."""
    channel = socket.socket(fileno=int(sys.argv[1]))
    for name in sys.argv[2:]:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    gc.collect()
    gc.freeze()  # a collection in a copy need not touch, and so copy, what they share
    sys.modules["grader_template"] = sys.modules["__main__"]  # for a job that copies itself again
    channel.send(b"ready")
    job = serve(channel)
    if job is not None:
        become(job)
        run_as_main(job.request.script, job.request.arguments)


if __name__ == "__main__":
    main()
