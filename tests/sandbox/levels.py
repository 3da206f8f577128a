"""The backends that tests run in: each as it executes its jobs, and as it copies them."""

import pytest

from grader.sandbox import selfcheck
from grader.sandbox.choose import BACKENDS, WARM
from grader.sandbox.interface import Backend
from grader.sandbox.warm.templates import Templates

MARKS = {3: [pytest.mark.sandbox], 2: [pytest.mark.landlock], 0: []}
"""What CI demands by name; elsewhere a level that does not work is skipped."""


def started(least_level: int) -> list[object]:
    """Every backend, and every backend that starts its jobs as copies: ``(backend, warm)``."""
    return [
        pytest.param((one, warm), id=f"{one.name}{', warm' * warm}", marks=MARKS[one.level])
        for one in BACKENDS
        for warm in (False, True)
        if one.level >= least_level
    ]


def usable(backend: Backend) -> Backend:
    """Skip the test, with the reason, where ``backend`` does not work."""
    reason = backend.missing() or selfcheck.failure(backend)
    if reason:
        pytest.skip(f"{backend.name}: {reason}")
    return backend


def made(param: tuple[Backend, bool], templates: Templates) -> Backend:
    """The backend of a test, where it works when it executes its jobs."""
    backend, warm = param
    usable(backend)
    return WARM[backend.name](templates) if warm else backend
