"""``pytest --grade LAB PATH``: each criterion of the rubric becomes a test.

Theory of operation. Tests are collected from the rubric, so nothing runs for ``--collect-only``,
and all workers of pytest-xdist collect the same. Whichever test comes first has the submission
graded, under a lock in a folder that all workers share; the others read what is there. Pytest
itself neither collects nor imports anything of a submission: its files are data for the sandbox.
Without the option this plugin does nothing, and loads nothing else of ours.
"""

import contextlib
from collections.abc import Iterator

import pytest

OPTIONS: tuple[tuple[str, dict[str, object]], ...] = (
    ("course", {"metavar": "DIR", "help": "Course folder; default $GRADER_COURSE or ours."}),
    ("rubric", {"metavar": "FILE", "help": "Use this rubric instead."}),
    ("data", {"metavar": "DIR", "help": "Folder with MNIST/ and asl_data/ as the labs use."}),
    ("practice", {"action": "store_true", "help": "Use the practice data; not your grade."}),
    ("out", {"metavar": "DIR", "help": "Keep each result in DIR/STUDENT; default: nowhere."}),
    ("device", {"metavar": "DEVICE", "default": "auto", "help": "auto, cpu, cuda or cuda:N."}),
    ("isolation", {"metavar": "LEVEL", "type": int, "help": "Demand at least this level, 0-3."}),
    ("seed", {"metavar": "N", "type": int, "default": 0, "help": "Seed of the generators."}),
    ("holdout", {"metavar": "F", "type": float, "help": "Share of validation images held out."}),
    ("timeout", {"metavar": "S", "type": float, "help": "Wall time in seconds a run may take."}),
    ("threads", {"metavar": "N", "type": int, "help": "CPU threads for torch; default all."}),
    ("reruns", {"metavar": "N", "type": int, "default": 2, "help": "Runs more, 0-2."}),
    ("main", {"metavar": "FILE", "help": "Which file of a folder or zip to grade."}),
)
"""What may follow ``--grade-``; each means what that option of ``grader check`` does."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer the options."""
    group = parser.getgroup("grader", "grading of labs")
    group.addoption(
        "--grade",
        metavar="LAB",
        help="Grade the submissions named (scripts, notebooks, folders, zips) for this lab, each "
        "criterion as a test; the folder itself where none is named.",
    )
    for name, how in OPTIONS:
        group.addoption(f"--grade-{name}", dest=f"grade_{name}", **how)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """What lies beside a submission may be a student's: of what is graded no conftest.py is loaded.

    Raises UsageError where such settings are used, which pytest has read by now.
    """
    given = early_config.known_args_namespace
    if given.grade is None:
        return
    given.noconftest = True
    from grader.pytest_plugin.settings import require_own_settings

    with _usage():
        require_own_settings(early_config)


def pytest_configure(config: pytest.Config) -> None:
    """Take over where something is to be graded. Raises UsageError for what the caller can fix."""
    if config.getoption("grade") is None:
        return
    from grader.pytest_plugin.grading import Grading

    with _usage():
        config.pluginmanager.register(Grading(config), "grader-grading")


@contextlib.contextmanager
def _usage() -> Iterator[None]:
    """Say what the caller can fix as pytest does."""
    from grader.errors import CallerError
    from grader.pytest_plugin.remedies import remedy

    try:
        yield
    except CallerError as error:
        raise pytest.UsageError(remedy(error)) from None
