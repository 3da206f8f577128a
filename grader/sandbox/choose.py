"""Chooses the strongest way of isolating that works here."""

from dataclasses import dataclass

from grader.errors import IsolationError
from grader.model.run import Isolation
from grader.sandbox import selfcheck
from grader.sandbox.bubblewrap import Bubblewrap
from grader.sandbox.interface import Backend
from grader.sandbox.landlock import Landlock
from grader.sandbox.plain import Plain

BACKENDS: tuple[Backend, ...] = (Bubblewrap(), Landlock(), Plain())
"""Every backend there is, strongest first."""


@dataclass(frozen=True)
class Chosen:
    """A backend that passed its self-check, and what a grade says about it."""

    backend: Backend
    isolation: Isolation


@dataclass(frozen=True)
class Inspection:
    """One backend as ``grader doctor`` shows it; ``reason`` is empty where it works."""

    name: str
    level: int
    ok: bool
    reason: str
    holes: tuple[str, ...]


def choose(demanded: int | None = None, *, fresh: bool = False) -> Chosen:
    """Return the strongest working backend, of at least the ``demanded`` level.

    The first call after a boot takes some seconds. Raises IsolationError, naming what is missing
    and the remedy, where no backend of that level works.
    """
    reasons = []
    for backend in BACKENDS:
        if backend.level < (demanded or 0):
            continue
        reason = _unusable(backend, fresh=fresh)
        if reason is None:
            return Chosen(backend, isolation_of(backend))
        reasons.append(f"{backend.name}: {reason}")
    if not reasons:
        highest = max(backend.level for backend in BACKENDS)
        raise IsolationError(f"There is no isolation level {demanded}; the highest is {highest}.")
    wanted = "No isolation works here" if demanded is None else f"No level {demanded} or above here"
    raise IsolationError(f"{wanted}. {' '.join(reasons)}")


def isolation_of(backend: Backend) -> Isolation:
    """Describe ``backend`` the way a grade records it."""
    return Isolation(level=backend.level, backend=backend.name, holes=backend.holes())


def inspect_all(*, fresh: bool = False) -> tuple[Inspection, ...]:
    """Try every backend, strongest first, for ``grader doctor``."""
    inspections = []
    for backend in BACKENDS:
        reason = _unusable(backend, fresh=fresh)
        inspections.append(
            Inspection(backend.name, backend.level, reason is None, reason or "", backend.holes())
        )
    return tuple(inspections)


def _unusable(backend: Backend, *, fresh: bool) -> str | None:
    return backend.missing() or selfcheck.failure(backend, fresh=fresh)
