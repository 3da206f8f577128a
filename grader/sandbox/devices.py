"""Which device a run may use, found without loading torch."""

import re
import shutil
import subprocess

from grader.errors import IsolationError

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


def choose_device(asked: str) -> str:
    """Return ``cpu`` or ``cuda:N`` for what was asked. Raises IsolationError."""
    if not DEVICE.fullmatch(asked):
        raise IsolationError(f"there is no device '{asked}': use auto, cpu, cuda or cuda:N")
    if asked == "cpu":
        return "cpu"
    count = gpu_count()
    if asked == "auto":
        return "cuda:0" if count else "cpu"
    number = int(asked.partition(":")[2] or 0)
    if number >= count:
        raise IsolationError(
            f"the device {asked} is not there: this machine has {count} CUDA GPUs; use --device cpu"
        )
    return f"cuda:{number}"
