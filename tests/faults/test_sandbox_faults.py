"""The sandbox of a submission fails: it is never run, or its end is not known."""

import errno
import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest
from fakes import Actors
from kept import Check, assert_clean, assert_fault, assert_regraded
from processes import alive

from grader.sandbox import plain
from grader.sandbox.bubblewrap import Bubblewrap
from grader.sandbox.interface import Backend
from grader.sandbox.plain import Plain
from grader.sandbox.processes import Start

ERRORS = {
    "the disk is full": (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), "Make room"),
    "no file may be opened": (OSError(errno.EMFILE, os.strerror(errno.EMFILE)), "ulimit -n"),
    "no process can be made": (OSError(errno.EAGAIN, os.strerror(errno.EAGAIN)), "end what else"),
    "no thread can be made": (RuntimeError("can't start new thread"), "end what else"),
    "memory is short": (OSError(errno.ENOMEM, os.strerror(errno.ENOMEM)), "end what else"),
    "a folder is closed": (OSError(errno.EACCES, os.strerror(errno.EACCES)), "TMPDIR"),
    "a bug of ours": (ZeroDivisionError("division by zero"), "grader doctor"),
}


def raising(error: Exception) -> Callable[..., Any]:
    """A function that cannot do its work."""

    def fail(*_: object, **__: object) -> Any:
        raise error

    return fail


def inject(patch: pytest.MonkeyPatch, stage: str, error: Exception) -> None:
    """Let one stage on the way into the sandbox fail."""
    if stage == "temporary folder":
        broken = SimpleNamespace(TemporaryDirectory=raising(error))
        patch.setattr("grader.pipeline.run.tempfile", broken)
    elif stage == "layout":
        patch.setattr("grader.sandbox.layout.linked", raising(error))
    elif stage == "staging":
        patch.setattr("grader.pipeline.execute.public_folder", raising(error))
    elif stage == "watching":  # the program runs already
        patch.setattr("grader.sandbox.output.Reader.start", raising(error))


STAGES = [
    *(("process", what) for what in ERRORS),
    *((stage, "the disk is full") for stage in ("temporary folder", "staging", "layout")),
    ("staging", "a bug of ours"),
    *(("watching", f"no {what}") for what in ("thread can be made", "file may be opened")),
    ("watching", "a bug of ours"),
]


@pytest.mark.parametrize(("stage", "what"), STAGES)
def test_a_sandbox_that_cannot_be_prepared_costs_nobody_anything(
    check: Check,
    grader: Check,
    here: Path,
    monkeypatch: pytest.MonkeyPatch,
    stage: str,
    what: str,
) -> None:
    error, remedy = ERRORS[what]
    with monkeypatch.context() as patch:
        inject(patch, stage, error)
        if stage == "process":
            patch.setattr(plain, "Start", partial(Start, opener=raising(error)))
        ended = check(Plain())
    said = error.strerror if isinstance(error, OSError) else str(error)
    grade = assert_fault(ended, "No score: the grader itself failed", str(said), remedy)
    assert (grade["score"], grade["run"]["outcome"]) == (None, "fault")
    assert not alive(here)
    assert_clean(here)
    assert_regraded(grader)
    assert check(Actors()).code in (0, 1)  # and the same work can be graded at once


def without_bubblewrap(patch: pytest.MonkeyPatch, here: Path) -> None:
    """Remove it between choice and start: what is on the path no longer has it."""
    (here / "bin").mkdir()
    patch.setenv("PATH", str(here / "bin"))


@pytest.mark.sandbox
def test_a_sandbox_that_was_removed_after_it_was_chosen_is_a_fault(
    check: Check, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        without_bubblewrap(patch, here)
        ended = check(Bubblewrap())
    assert_fault(ended, "is no longer installed", "rade it again")
    assert check(Actors()).code in (0, 1)


def _bubblewraps() -> list[psutil.Process]:
    return [one for one in psutil.Process().children(recursive=True) if one.name() == "bwrap"]


def _kill_the_first() -> None:
    """Kill the sandbox once the program in it has begun."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with suppress(psutil.Error):
            found = _bubblewraps()
            if len(found) > 1 or any(one.children() for one in found):
                time.sleep(0.5)
                found[0].send_signal(signal.SIGKILL)
                return
        time.sleep(0.02)


@pytest.mark.sandbox
def test_a_sandbox_that_is_killed_is_a_fault(check: Check, grader: Check, here: Path) -> None:
    (here / "lab.py").write_text("import time\ntime.sleep(60)\n")
    killer = threading.Thread(target=_kill_the_first)
    killer.start()
    ended = check(Bubblewrap())
    killer.join()
    assert_fault(ended, "The sandbox")
    assert_clean(here)
    assert_regraded(grader)


@pytest.mark.parametrize(
    "backend", [Plain(), pytest.param(Bubblewrap(), marks=pytest.mark.sandbox)]
)
def test_a_folder_for_temporary_files_that_is_gone_is_a_fault(
    check: Check, here: Path, monkeypatch: pytest.MonkeyPatch, backend: Backend
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(here / "TMPDIR" / "gone"))
    ended = check(backend)
    assert_fault(ended, "No such file or directory", "rade it again")
    monkeypatch.setattr(tempfile, "tempdir", str(here / "TMPDIR"))
    assert check(Actors()).code in (0, 1)


def test_a_submission_that_vanishes_before_it_is_copied_is_a_fault(
    check: Check, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("grader.pipeline.execute.shutil.copyfile", raising(FileNotFoundError(2, "x")))
        assert_fault(check(Actors()), "could not be prepared")
    shutil.rmtree(here / "results")
    assert check(Actors()).code in (0, 1)
