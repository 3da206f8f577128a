"""The seam between a class and whatever grades it: processes here, or those of a cluster."""

from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

from grader.batch.work import Event, Noted, Work
from grader.model.baseline import Baseline
from grader.pipeline import Request, Setup

HOSTILE = ("batch", "one submission can read and change all others and their results")
"""Why a class is graded behind walls only, and what it risks without."""


@dataclass(frozen=True)
class Wanted:
    """What an engine is to serve: the ``request`` that a class shares, what it came to here, and
    what the worked solution took.

    ``workers`` is how many run at once, on each machine or GPU, ``address`` where the cluster is.
    """

    request: Request
    setup: Setup
    baseline: Baseline
    workers: int | None = None
    address: str | None = None


class Engine(Protocol):
    """Grades submissions side by side. A context manager: nothing it began outlives it."""

    name: str

    def __enter__(self) -> Self:
        """Get ready. Raises CallerError where that is not possible, with the remedy."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End whatever still runs."""

    @property
    def slots(self) -> int:
        """How many submissions it can grade at once, as far as is known now."""

    def place_for(self, work: Work) -> bool:
        """Whether ``work`` can be begun now."""

    def begin(self, work: Work) -> None:
        """Begin to grade it, where there is a place for it."""

    def events(self, within_s: float) -> Sequence[Event | Noted]:
        """Return what happened; wait for at most so long where nothing has.

        Raises Fault or CallerError where nothing can be graded any more.
        """
