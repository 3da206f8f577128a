"""The templates that jobs are copied from: one for each kind of environment, made when needed."""

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import IO, Self

from grader.model.run import ProcessEnd
from grader.sandbox import layout
from grader.sandbox.handed import Files, fault
from grader.sandbox.processes import Ended, Process, Start
from grader.sandbox.warm.interpreter import interpreter
from grader.sandbox.warm.request import GO, LOST, STARTED, Request

MODULES = (
    *("torch", "torch.export._trace", "torch._dynamo", "torch.utils.data", "safetensors.torch"),
    *("torchvision", "torchvision.transforms.v2", "numpy", "pandas", "PIL.ImageFile", "networkx"),
    *("torch.fx.experimental.validator", "torch._inductor.sizevars"),
    *("torch._inductor.compiler_bisector", "IPython.core.completerlib", "IPython.core.logger"),
    *("nbclient", "jupyter_client.manager", "ipykernel.ipkernel", "IPython.core.shellapp", "pdb"),
    *("tornado.platform.asyncio", "tornado.queues"),
    *("psutil", "multiprocessing.synchronize"),
)
"""What nearly every job imports.

Nothing here may start a thread or read a job's environment; matplotlib and ipykernel.kernelapp do.
"""
_READ_WHEN_USED = {
    *("HOME", "TMPDIR", "PWD", "MPLBACKEND", "TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD"),
    *("PIP_NO_INDEX", "PIP_RETRIES", "PIP_DISABLE_PIP_VERSION_CHECK", "LAB_GRADER_RUN"),
    "CUDA_VISIBLE_DEVICES",
}
"""Variables that a copy may be given: nothing above reads them while it is imported."""
_MOST = 3
_MOST_FAILURES = 3
_READY_S, _GONE_S = 120, 5.0
_PACKAGES = Path(__file__).parent.parent.parent.parent
_PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from grader.sandbox.warm.template import main; main()"
)


class Forked:
    """A job that is to be a copy, as its keeper speaks of it. Raises OSError where there is none.

    ``pid`` is the keeper's: no member of the run, but all that the run starts is below it.
    """

    counted = False

    def __init__(self, control: socket.socket, pipes: tuple[int, int]) -> None:
        self._control = control
        self.pipes = tuple(_opened(pipe) for pipe in pipes)
        self.started = self._stopped = self._over = False
        self._ended: Ended | None = None
        self.trouble = "its keeper was lost"
        said = _first_word(control)
        if not said:
            for pipe in self.pipes:
                pipe.close()
            control.close()
            raise OSError("the template made no copy")
        self.pid = int(said)
        self._pid_file = os.pidfd_open(self.pid)

    def begin(self) -> None:
        """Have the keeper start the job, and return when it has: that takes none of its time."""
        with contextlib.suppress(OSError):  # the keeper is gone
            self._control.send(GO)
        self._hear()

    def _hear(self) -> None:
        """Take what the keeper says next; it is over if it reports, or says nothing more."""
        said = b""
        with contextlib.suppress(OSError):
            said = self._control.recv(2048)
        if said == STARTED:
            self.started = True
            return
        self._over = True
        with contextlib.suppress(ValueError):
            report = json.loads(said)
            self.trouble = report.get("fault", "")
            self._ended = None if self.trouble else Ended(**report)

    def wait(self) -> None:
        """Wait until the keeper has ended the job and all it left; or is gone itself."""
        while not self._over:
            self._hear()

    def stop(self) -> bool:
        """Ask the keeper to end everything."""
        self._stopped = self._stopped or not self._over
        with contextlib.suppress(OSError):
            self._control.send(b"stop")
        return True

    def reap(self) -> Ended:
        """Let the keeper go."""
        self._control.close()
        if not select.select([self._pid_file], [], [], _GONE_S)[0]:
            with contextlib.suppress(OSError):
                signal.pidfd_send_signal(self._pid_file, signal.SIGKILL)
        os.close(self._pid_file)
        return self._ended or Ended(LOST)  # without a report it was no ending that went well

    def failed(self) -> bool:
        """Whether the job never began, though nobody stopped it."""
        return not self.started and not self._stopped


def _first_word(control: socket.socket) -> bytes:
    control.settimeout(_READY_S)
    try:
        return control.recv(64)
    except OSError:
        return b""
    finally:
        control.settimeout(None)


def _opened(pipe: int) -> IO[bytes]:
    return os.fdopen(pipe, "rb", buffering=0)


class Template:
    """One process that copies itself. Raises OSError where it cannot be started."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        arguments = (str(_PACKAGES), str(theirs.fileno()), str(os.getpid()), *MODULES)
        with theirs:
            self._process = subprocess.Popen(
                [*interpreter(os.geteuid()), *layout.FLAGS, "-c", _PROGRAM, *arguments],
                env=dict(environment),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                pass_fds=[theirs.fileno()],
            )
        self._channel.settimeout(_READY_S)
        if not self._channel.recv(64):
            self.close()
            raise OSError("the template did not start")

    def fork(self, request: Request) -> Forked:
        """Have a keeper made for a job."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        (output, output_end), (errors, errors_end) = os.pipe(), os.pipe()
        try:
            with Files() as files:
                asked = files.new(request.dump())
                given = [asked, theirs.fileno(), output_end, errors_end, *request.numbers]
                socket.send_fds(self._channel, [b"!"], given)
        except OSError:
            ours.close()
            os.close(output)
            os.close(errors)
            raise
        finally:  # or nobody would notice that the other side has closed its own
            theirs.close()
            os.close(output_end)
            os.close(errors_end)
        return Forked(ours, (output, errors))

    def close(self) -> None:
        """End it; copies that run go on."""
        self._channel.close()
        self._process.kill()
        self._process.wait()


class Templates:
    """Starts jobs as copies; the same as executing them, only sooner.

    A context manager: its templates end with it, and with the process that made it. Where there is
    no copy to be had a job is executed, unless these are ``strict``: then that is a fault. A way
    that failed a few times running is not tried again.
    """

    def __init__(self, *, strict: bool = False) -> None:
        self.strict = strict
        self._made: dict[frozenset[tuple[str, str]], Template] = {}
        self._lock, self._owner = threading.Lock(), os.getpid()
        self._failures: dict[str, int] = {}

    def offers(self, way: str) -> bool:
        """Whether it is worth asking for copies of this kind."""
        few = self._failures.get(way, 0) < _MOST_FAILURES
        return self.strict or (few and sys.platform == "linux")

    def fork(self, request: Request) -> Forked:
        """Have a keeper made for a job. Raises OSError where no template can be had."""
        if self._owner != os.getpid():  # this is a copy, and the templates are somebody else's
            self._made, self._lock, self._owner = {}, threading.Lock(), os.getpid()
        items = dict(request.environment).items()
        known = frozenset(item for item in items if item[0] not in _READ_WHEN_USED)
        with self._lock:
            try:
                return self._template(known).fork(request)
            except OSError:  # a template that somebody killed is made again
                self._forget(known)
            try:
                return self._template(known).fork(request)
            except OSError:
                self._forget(known)
                raise

    def note(self, way: str, *, failed: bool) -> None:
        """Remember how it went."""
        with self._lock:
            self._failures[way] = self._failures.get(way, 0) + 1 if failed else 0

    def _template(self, known: frozenset[tuple[str, str]]) -> Template:
        if known not in self._made:
            while len(self._made) >= _MOST:
                self._forget(next(iter(self._made)))
            self._made[known] = Template(dict(known) | {"HOME": "/nonexistent"})
        return self._made[known]

    def _forget(self, known: frozenset[tuple[str, str]]) -> None:
        template = self._made.pop(known, None)
        if template is not None:
            template.close()

    def close(self) -> None:
        """End every template that this process made."""
        if self._owner != os.getpid():
            return
        with self._lock:
            for known in list(self._made):
                self._forget(known)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def as_copy(
    templates: Templates | None,
    request: Request,
    start: Start,
    supervised: Callable[[Start], ProcessEnd],
) -> ProcessEnd | None:
    """Run a job as a copy; ``None`` if it never began, so that it can be started as ever.

    ``start`` says how it is watched, ``supervised`` does so.
    """
    if templates is None or not templates.offers(request.way):
        return None
    made: list[Forked] = []

    def opener(_: Start) -> Process:
        made.append(templates.fork(request))
        return made[0]

    end = supervised(replace(start, opener=opener))
    failed = not made or made[0].failed()
    templates.note(request.way, failed=failed)
    if not failed:
        return end
    why = made[0].trouble if made else end.detail
    said = f"The sandbox did not start: there is no copy of a template ({why})."
    return fault(said, end) if templates.strict else None
