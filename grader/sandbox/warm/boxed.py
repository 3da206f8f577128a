"""Level 3: the job is a copy that moves into a box which bubblewrap made.

Theory of operation. Bubblewrap makes the box as ever, with the same options, for the same user and
with the same filter, but what it executes in it is a holder: its first process, which waits. The
copy then enters the box's namespaces. Bubblewrap made them below a user namespace of the borrowed
user, and whoever has that user's id may enter it from outside and has all capabilities inside; so
the copy gives up root first. It forks twice more: only children are in a new process namespace,
and only theirs get another parent in it when they are left alone. So the job's parent is the
holder, as bubblewrap would be, and nothing in the box has a parent outside. It then enters the user
namespace that bubblewrap leaves to a job, gives up every capability for good, loads the filter,
closes everything, and only then runs the script.

A process that ends is waited for by its parent, so the holder says how the job ended. Everything
else is for this side to see: the job's end through a descriptor of its process, the end of the box
by the end of the holder, of which the keeper becomes the parent as soon as bubblewrap is killed.
The kernel lets a holder go only when nothing is left in its box.
"""

import contextlib
import json
import os
import signal
import socket
from typing import Any, NoReturn

from grader.sandbox import launch, system
from grader.sandbox.warm.become import Script, arrange, show_as
from grader.sandbox.warm.holder import READY
from grader.sandbox.warm.keeper import sweep, wait_for
from grader.sandbox.warm.request import LOST, Received

_READY_S, _SAID_S = 60.0, 2.0
_NAMESPACES = ("mnt", "ipc", "uts", "net", "cgroup", "pid")
_ANSWER = 3


class Boxed:
    """One job in a box. ``details``: the launcher's ``plan``, and its ``filter`` and ``status``."""

    def __init__(self, job: Received, script: Script) -> None:
        self._job, self._script = job, script
        self._details = job.request.details
        self._plan: dict[str, Any] = self._details["plan"]
        self._bubblewrap = self._ended = 0
        self._tell = self._hear = -1

    def start(self, stops: tuple[int, ...]) -> None:
        """Have the box made, and start the job in it. Raises OSError."""
        if os.stat("/proc/self/exe").st_uid == (self._plan["uid"] or os.geteuid()):
            # A copy reaches the interpreter as it lies outside, where it could change its mode.
            raise OSError("the interpreter belongs to the user that jobs run as")
        self._launch()
        self._expect(READY, stops)
        spaces = self._spaces()
        near, far = socket.socketpair()
        near.settimeout(_READY_S)
        with near, far:
            between = os.fork()
            if between == 0:
                self._enter(far.fileno(), spaces)
            far.close()
            message, found, _, _ = socket.recv_fds(near, 4096, 1)
            os.waitpid(between, 0)
            if not found:
                raise OSError(message.decode(errors="replace") or "the copy gave no reason")
            self._ended = found[0]
            os.write(self._tell, message)
            near.send(b"!")
            trouble = near.recv(4096)
        if trouble:
            raise OSError(trouble.decode(errors="replace"))
        for number in spaces:
            os.close(number)

    def _launch(self) -> None:
        told, self._tell = os.pipe()
        self._hear, said = os.pipe()
        self._bubblewrap = os.fork()
        if self._bubblewrap == 0:
            try:
                arrange({0: told, 1: said, 2: said, **self._job.given})
                launch.carry_out(self._plan)
            except BaseException as error:  # noqa: BLE001 - nothing may return into the keeper
                os.write(2, str(error).encode())
            finally:
                os._exit(1)
        os.close(told)
        os.close(said)

    def _expect(self, wanted: bytes, stops: tuple[int, ...]) -> None:
        if wait_for((self._hear, *stops), _READY_S) != self._hear:
            raise OSError("the box was not ready in time")
        said = os.read(self._hear, 4096)
        if said != wanted:
            raise OSError(said.decode(errors="replace").strip() or "the box was not made")

    def _spaces(self) -> list[int]:
        """Open the box's namespaces in the order they are entered in, the job's own user's last."""
        status = os.pread(self._job.given[self._details["status"]], 4096, 0)
        holder = json.loads(status.splitlines()[0])["child-pid"]
        opened = [os.open(f"/proc/{holder}/ns/{name}", os.O_RDONLY) for name in _NAMESPACES]
        inner = os.open(f"/proc/{holder}/ns/user", os.O_RDONLY)
        return [system.owner_of(opened[0]), *opened, inner]

    def _enter(self, answer: int, spaces: list[int]) -> NoReturn:
        """Go where the job shall be, as a copy of the keeper; never returns."""
        reply = answer
        try:
            os.umask(0o022)
            launch.offer_to_oom_killer()
            program = os.pread(self._job.given[self._details["filter"]], 1 << 20, 0)
            numbers = range(_ANSWER + 1, _ANSWER + 1 + len(spaces))
            streams = {1: self._job.output, 2: self._job.errors, _ANSWER: answer}
            arrange({**streams, **dict(zip(numbers, spaces, strict=True))})
            reply = _ANSWER
            launch.limit(self._plan["limits"])
            if self._plan["uid"] is not None:
                launch.drop(self._plan["uid"])
            *shared, inner = numbers
            for number in shared:
                system.enter(number)
            launch.limit(self._plan["inside"])
            inside = os.fork()
            if inside == 0:
                if os.fork() == 0:
                    self._confine(inner, program)
                os._exit(0)
            os.waitpid(inside, 0)
        except BaseException as error:  # noqa: BLE001 - nothing may return into the keeper
            with contextlib.suppress(OSError):
                os.write(reply, f"{type(error).__name__}: {error}".encode()[:4000])
        finally:
            os._exit(1)

    def _confine(self, inner: int, program: bytes) -> NoReturn:
        """Lose every power, tell the keeper, and run the script when it says so."""
        keeper = socket.socket(fileno=_ANSWER)
        show_as(self._job.request.command)
        system.enter(inner)
        os.setsid()
        os.chdir(self._job.request.cwd)
        system.give_up_capabilities()
        system.become_dumpable()
        socket.send_fds(keeper, [str(os.getpid()).encode()], [os.pidfd_open(os.getpid())])
        self._script.settle()
        keeper.recv(1)  # from now on this is the holder's child
        system.load_filter(program, asking=False)
        keeper.detach()
        arrange({1: 1, 2: 2})
        self._script.run()

    def attend(self, stops: tuple[int, ...]) -> None:
        """Wait."""
        wait_for((self._ended, *stops))

    def end(self) -> int:
        """End the box; the holder may have said how the job ended."""
        code = self._code() if self._ended else LOST
        if self._bubblewrap:
            with contextlib.suppress(OSError):
                os.kill(self._bubblewrap, signal.SIGKILL)
            sweep()
        return code

    def _code(self) -> int:
        if wait_for((self._ended,), 0) is None or wait_for((self._hear,), _SAID_S) is None:
            return LOST
        with contextlib.suppress(ValueError):
            return os.waitstatus_to_exitcode(int(os.read(self._hear, 32)))
        return LOST
