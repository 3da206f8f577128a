"""What keeps one input from stopping the others: limits of time and memory for each."""

import contextlib
import os
import resource
import signal
from collections.abc import Iterator
from types import FrameType

STUCK = 6
"""How many times its limit an input may wait, or take inside C code until the process is ended."""
MB = 1_000_000


class Hang(BaseException):
    """An input took longer than it may. No reader catches it."""


def limit_memory(room_mb: int) -> None:
    """Let this process grow by ``room_mb`` and no more: what wants more gets a MemoryError."""
    with open("/proc/self/statm") as stream:
        now = int(stream.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (now + room_mb * MB, hard))


def peak_mb() -> float:
    """The most memory that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / MB


def _ring(_: int, __: FrameType | None) -> None:
    raise Hang


@contextlib.contextmanager
def limit_time(seconds: float) -> Iterator[None]:
    """Raise Hang in what takes more of the processor's time, or waits for much longer.

    Where Python cannot raise, inside C code, the process is ended by SIGVTALRM.
    """
    before = [(bell, signal.signal(bell, _ring)) for bell in (signal.SIGALRM, signal.SIGPROF)]
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, seconds * STUCK)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds * STUCK)
    try:
        yield
    finally:
        for timer in (signal.ITIMER_PROF, signal.ITIMER_REAL, signal.ITIMER_VIRTUAL):
            signal.setitimer(timer, 0)
        for bell, handler in before:
            signal.signal(bell, handler)
