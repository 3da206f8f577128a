"""The seam between a class and whatever grades it: processes here, or those of a cluster."""

from types import TracebackType
from typing import Protocol, Self

from grader.batch.work import Event, Work


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

    def events(self, within_s: float) -> list[Event]:
        """Return what happened; wait for at most so long where nothing has."""
