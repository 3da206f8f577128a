"""Which device a run may use, found without loading torch."""

import re

from grader.errors import IsolationError
from grader.sandbox.gpus import Gpu, inventory
from grader.sandbox.interface import Backend

DEVICE = re.compile(r"auto|cpu|cuda(:\d+)?")


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
    found = inventory()
    if asked == "auto" and not found:
        return "cpu"
    return f"cuda:{_named(asked, found)[0].index}"


def devices_for(asked: str, chosen: str) -> tuple[Gpu, ...]:
    """The GPUs that a class may use where ``asked`` came to ``chosen`` for one run; none for CPU.

    Unless one is named, that is every GPU there is.
    """
    if chosen == "cpu":
        return ()
    return _named(asked, inventory())


def _named(asked: str, found: tuple[Gpu, ...]) -> tuple[Gpu, ...]:
    """Those of ``found`` that a word stands for. Raises IsolationError where there are none."""
    number = asked.partition(":")[2]
    meant = tuple(one for one in found if not number or one.index == int(number))
    if meant:
        return meant
    raise IsolationError(
        f"the device {asked} is not there: this machine has {len(found)} CUDA GPUs; use --device "
        "cpu"
    )
