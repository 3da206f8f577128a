"""A notebook kernel that need not import torch: a copy of this process, made before it did much.

Where this process is itself a copy of one that has imported everything, so can its kernel be.
"""

import json
import os
import signal
from collections.abc import Callable
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

_NAME = "waiting-kernel"
RunAsMain = Callable[[str, list[str]], Any]
"""Does what ``python SCRIPT ARGUMENTS`` does, and never returns."""


class WaitingKernel:
    """A copy of this process that waits for the script it shall be; ends with this process.

    Has what jupyter_client uses of a ``Popen``.
    """

    stdin = stdout = stderr = None

    def __init__(self, run_as_main: RunAsMain) -> None:
        self._returncode: int | None = None
        told, self._tell = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self._tell)
            os.setsid()
            with os.fdopen(told) as file:
                said = file.read()
            if not said:
                os._exit(0)
            request = json.loads(said)
            os.environ.clear()
            os.environ.update(request["environment"])
            os.chdir(request["cwd"])
            run_as_main(request["script"], request["arguments"])
        os.close(told)

    def start(self, command: list[str], cwd: str, environment: dict[str, str]) -> None:
        """Let it become ``command``: an interpreter with flags, the script, its arguments."""
        script = next(i for i, word in enumerate(command) if word.endswith(".py"))
        request = {
            "script": command[script],
            "arguments": command[script + 1 :],
            "cwd": cwd,
            "environment": environment,
        }
        with os.fdopen(self._tell, "w") as file:
            file.write(json.dumps(request))

    def poll(self) -> int | None:
        """Return how it ended, or ``None``."""
        if self._returncode is None:
            ended, status = os.waitpid(self.pid, os.WNOHANG)
            self._returncode = os.waitstatus_to_exitcode(status) if ended else None
        return self._returncode

    def wait(self) -> int | None:
        """Wait for its end."""
        if self._returncode is None:
            self._returncode = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self._returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it is known to have ended."""
        if self._returncode is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)

    terminate = kill


class Provisioner(LocalProvisioner):
    """Gives a notebook the kernel that waits."""

    waiting: WaitingKernel

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Let the kernel that waits become the command."""
        kernel = self.waiting
        kernel.start(cmd, str(kwargs.get("cwd") or Path.cwd()), dict(kwargs["env"]))
        process: Any = kernel
        self.process, self.pid, self.pgid = process, kernel.pid, kernel.pid
        return self.connection_info


def specification(kernel: WaitingKernel) -> dict[str, Any]:
    """Make jupyter_client know the kernel; return what a specification has to say to get it."""
    Provisioner.waiting = kernel
    entry = EntryPoint(_NAME, f"{__name__}:{Provisioner.__name__}", "jupyter_client")
    KernelProvisionerFactory.instance().provisioners[_NAME] = entry
    return {"kernel_provisioner": {"provisioner_name": _NAME}}
