"""The templates that jobs are copied from: one for each kind of environment, made when needed."""

import contextlib
import json
import os
import select
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Self

from grader.sandbox import layout
from grader.sandbox.processes import Ended, Executed, Process, Start

MODULES = (
    *("torch", "torch.export._trace", "torch._dynamo", "torch.utils.data", "safetensors.torch"),
    *("torchvision", "torchvision.transforms.v2", "numpy", "pandas", "PIL.ImageFile", "networkx"),
    *("nbclient", "jupyter_client.manager", "ipykernel.ipkernel"),
)
"""What nearly every job imports.

Nothing here may start a thread or read a job's environment; matplotlib and ipykernel.kernelapp do.
"""
_READ_WHEN_USED = {
    *("HOME", "TMPDIR", "MPLBACKEND", "TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD"),
    *("PIP_NO_INDEX", "PIP_RETRIES", "PIP_DISABLE_PIP_VERSION_CHECK", "LAB_GRADER_RUN"),
}
"""Variables that a copy may be given: nothing above reads them while it is imported."""
_MOST = 3
_READY_S = 120
_SCRIPT = Path(__file__).with_name("template.py")


class Forked:
    """A copy of a template. Raises OSError where it could not be made."""

    def __init__(self, control: socket.socket, pipes: tuple[int, int]) -> None:
        self._control = control
        self.pipes = tuple(_opened(pipe) for pipe in pipes)
        control.settimeout(_READY_S)
        said = control.recv(64)
        if not said:
            for pipe in self.pipes:
                pipe.close()
            raise OSError("the template made no copy")
        self.pid = int(said)
        self._pid_file = os.pidfd_open(self.pid)

    def wait(self) -> None:
        """Wait for the process itself: whoever reports its end may be gone before."""
        select.select([self._pid_file], [], [])

    def reap(self) -> Ended:
        """Have everything ended that it left, and hear what it used."""
        os.close(self._pid_file)
        with contextlib.suppress(OSError, ValueError), self._control:
            while said := self._control.recv(256):
                if said == b"ended":
                    self._control.send(b".")
                else:
                    return Ended(**json.loads(said))
        return Ended(-9)  # its keeper was killed: that is no ending of a run that went well


def _opened(pipe: int) -> IO[bytes]:
    return os.fdopen(pipe, "rb", buffering=0)


class Template:
    """One process that copies itself. Raises OSError where it cannot be started."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, *layout.FLAGS, _SCRIPT, str(theirs.fileno()), *MODULES],
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

    def fork(self, start: Start) -> Forked:
        """Start a job as a copy."""
        script, *arguments = start.argv[1 + len(layout.FLAGS) :]
        request = {
            "script": script,
            "arguments": arguments,
            "environment": dict(start.environment),
            "cwd": str(start.cwd),
            "numbers": list(start.pass_fds),
        }
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        (output, output_end), (errors, errors_end) = os.pipe(), os.pipe()
        given = [theirs.fileno(), output_end, errors_end, *start.pass_fds]
        try:
            socket.send_fds(self._channel, [json.dumps(request).encode()], given)
            return Forked(ours, (output, errors))
        except OSError:
            ours.close()
            raise
        finally:
            theirs.close()
            os.close(output_end)
            os.close(errors_end)

    def close(self) -> None:
        """End it; copies that run go on."""
        self._channel.close()
        self._process.kill()
        self._process.wait()


class Templates:
    """Opens processes as copies; the same as executing them, only sooner.

    A context manager: its templates end with it. Where a template fails the job is executed.
    """

    def __init__(self) -> None:
        self._made: dict[frozenset[tuple[str, str]], Template] = {}
        self._lock = threading.Lock()

    def __call__(self, start: Start) -> Process:
        """Start ``start``, which must be a script for this interpreter (``layout.command``)."""
        kept = {name: text for name, text in start.environment.items()}
        known = frozenset(item for item in kept.items() if item[0] not in _READ_WHEN_USED)
        with self._lock:
            for _ in range(2):  # a template that somebody killed is made again
                with contextlib.suppress(OSError):
                    return self._template(known).fork(start)
                self._forget(known)
        return Executed(start)

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
        """End every template."""
        with self._lock:
            for known in list(self._made):
                self._forget(known)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
