"""An automated grading harness that measures the network a submission really trained.

From Python: ``grader.grade("lab1", "my_lab1.py")`` and ``grader.read_results("results/lab1")``, see
``grader.api``. Nothing is loaded before it is used.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.api import (
        CallerError,
        Collected,
        Fault,
        Grade,
        GraderError,
        Listener,
        Member,
        Standing,
        Verdict,
        grade,
        read_results,
    )

__version__ = "0.2.0"

__all__ = [
    "CallerError",
    "Collected",
    "Fault",
    "Grade",
    "GraderError",
    "Listener",
    "Member",
    "Standing",
    "Verdict",
    "grade",
    "read_results",
]


def __getattr__(name: str) -> Any:
    """Load what the interface offers when it is first asked for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return globals().setdefault(name, getattr(import_module("grader.api"), name))


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
