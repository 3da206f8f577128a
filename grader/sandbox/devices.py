"""Which device a run may use, found without loading torch."""

import re
import shutil
import subprocess

from grader.errors import IsolationError
from grader.sandbox.interface import Backend

DEVICE = re.compile(r"auto|cpu|cuda(:\d+)?")


def gpu_count() -> int:
    """How many NVIDIA GPUs the driver lists; 0 without a driver."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return 0
    try:
        listed = subprocess.run(
            [program, "-L"], capture_output=True, text=True, timeout=20, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return 0
    return sum(line.startswith("GPU ") for line in listed.stdout.splitlines())


def require_device(asked: str) -> None:
    """Raises IsolationError for a word that names no kind of device."""
    if not DEVICE.fullmatch(asked):
        raise IsolationError(f"there is no device '{asked}': use auto, cpu, cuda or cuda:N")


def choose_device(asked: str, backend: Backend) -> str:
    """Return ``cpu`` or ``cuda:N`` for what was asked, if ``backend`` can show it to a run.

    Raises IsolationError where it or the device is not there.
    """
    require_device(asked)
    if asked == "cpu" or (asked == "auto" and not backend.gpus):
        return "cpu"
    if not backend.gpus:
        raise IsolationError(
            f"isolation level {backend.level} ({backend.name}) cannot show a GPU to a run: use "
            "--device cpu, or see 'grader doctor' for what level 3 needs here"
        )
    count = gpu_count()
    if asked == "auto":
        return "cuda:0" if count else "cpu"
    number = int(asked.partition(":")[2] or 0)
    if number >= count:
        raise IsolationError(
            f"the device {asked} is not there: this machine has {count} CUDA GPUs; use --device cpu"
        )
    return f"cuda:{number}"
