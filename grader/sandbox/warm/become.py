"""The last steps of a copy: it forgets what only its template was, and runs its script."""

import atexit
import contextlib
import ctypes
import fcntl
import functools
import multiprocessing.process
import os
import platform
import resource
import sys
import tempfile
import threading
import types
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from grader.sandbox import system
from grader.sandbox.warm.request import Request

_OURS = ("grader", "landlockpy")
_ARGUMENTS_START, _ENVIRONMENT_END = 45, 48
"""Fields of ``/proc/PID/stat`` behind the name, counted from 0; see proc(5)."""


def arrange(wanted: Mapping[int, int]) -> None:
    """Have each descriptor under the number wanted for it, nothing as input, and no other.

    They may have arrived under numbers that are wanted for others: first all go out of the way.
    """
    nothing = os.open(os.devnull, os.O_RDONLY)
    wanted = {0: nothing, **wanted}
    above = max(*wanted, *wanted.values()) + 1
    moved = {number: fcntl.fcntl(own, fcntl.F_DUPFD, above) for number, own in wanted.items()}
    os.closerange(0, above)
    for number, own in moved.items():
        os.dup2(own, number)
    os.closerange(above, resource.getrlimit(resource.RLIMIT_NOFILE)[0])


class Script:
    """What a copy shall be: the script of a request, in an interpreter that is as if fresh.

    ``imported_from`` is the module path an interpreter starts with.
    """

    def __init__(self, request: Request, imported_from: list[str]) -> None:
        self._request, self._imported_from = request, imported_from
        self._path, *self._arguments = request.arguments()

    def settle(self) -> None:
        """Forget what only the template was; the last that may fail.

        Folders of the module path that are not there are left out, as an interpreter does.
        """
        path = self._imported_from
        sys.path[:] = [one for one in path if one.endswith(".zip") or os.path.isdir(one)]
        os.environ.clear()
        os.environ.update(self._request.environment)
        sys.orig_argv[:] = self._request.command
        for name in [name for name in sys.modules if name.partition(".")[0] in _OURS]:
            del sys.modules[name]
        tempfile.tempdir = None
        platform._uname_cache = None  # type: ignore[attr-defined]  # it names the host
        multiprocessing.process.current_process().authkey = os.urandom(32)
        drawn: Any = sys.modules.get("numpy.random")
        if drawn is not None:  # Python's own does so by itself, torch's starts with a constant
            drawn.seed()

    def run(self) -> NoReturn:
        """Run it."""
        run_as_main(self._path, self._arguments)


@functools.cache
def arguments_area() -> tuple[int, int]:
    """Where in memory the command line and environment lie that lists of processes show."""
    fields = Path("/proc/self/stat").read_bytes().rpartition(b")")[2].split()
    return int(fields[_ARGUMENTS_START]), int(fields[_ENVIRONMENT_END])


def show_as(command: tuple[str, ...]) -> None:
    """Let lists of processes show this command, as far as the template's own left room for it.

    What is left of the template's command line and environment there is wiped out.
    """
    system.call_it(os.path.basename(command[0]))
    start, end = arguments_area()
    said = "\0".join(command).encode()[: max(0, end - start - 1)]
    ctypes.memset(start, 0, end - start)
    ctypes.memmove(start, said, len(said))


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
    except BaseException as error:  # noqa: BLE001 - told as the interpreter tells it
        trace = error.__traceback__
        for _ in range(2):  # our own frames
            trace = trace and trace.tb_next
        sys.excepthook(type(error), error.with_traceback(trace), trace)
        return 1
    return 0


def _execute(script: str, arguments: list[str]) -> None:
    module = types.ModuleType("__main__")
    module.__dict__.update(__file__=script, __builtins__=__builtins__)
    sys.modules["__main__"] = module
    sys.argv = [script, *arguments]
    exec(compile(Path(script).read_bytes(), script, "exec"), module.__dict__)  # noqa: S102 - ours
