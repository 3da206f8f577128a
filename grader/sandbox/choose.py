"""Chooses the strongest way of isolating that works here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from grader.errors import IsolationError
from grader.model.run import Isolation
from grader.sandbox import selfcheck
from grader.sandbox.bubblewrap import Bubblewrap
from grader.sandbox.interface import Backend
from grader.sandbox.landlock import Landlock
from grader.sandbox.plain import Plain
from grader.sandbox.warm.templates import Templates

BACKENDS: tuple[Backend, ...] = (Bubblewrap(), Landlock(), Plain())
"""Every backend there is, strongest first."""

WARM: Mapping[str, Callable[[Templates], Backend]] = {
    Bubblewrap.name: Bubblewrap,
    Landlock.name: Landlock,
    Plain.name: Plain,
}
"""The same, by name, as they start their jobs as copies of a template."""


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


def warmed(chosen: Chosen, templates: Templates) -> Chosen:
    """Have the jobs of ``chosen`` start as copies of ``templates``, at the same level.

    For many jobs: each spares the seconds that importing torch takes. A backend whose copies do not
    pass its self-check stays as it is.
    """
    make = WARM.get(chosen.backend.name)
    if make is None:
        return chosen
    with Templates(strict=True) as trial:  # it would pass with jobs that were executed after all
        if selfcheck.failure(make(trial), way=", copies") is not None:
            return chosen
    return replace(chosen, backend=make(templates))


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
