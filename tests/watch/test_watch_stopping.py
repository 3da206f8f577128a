"""A run ends with everything it started as soon as its submission is saved again."""

import itertools
import time
from pathlib import Path

import psutil
import pytest

from grader.model.run import Limits, Outcome
from grader.sandbox.interface import Job
from grader.sandbox.plain import Plain
from grader.watch.stopping import Saved, Stoppable

SLEEPS = (
    "import subprocess, sys, time\n"
    "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)', 'of-a-save'])\n"
    "time.sleep({seconds})\n"
)


def job(folder: Path, seconds: float) -> Job:
    (folder / "program").mkdir()
    (folder / "program/start.py").write_text(SLEEPS.format(seconds=seconds))
    return Job(
        command=("program/start.py",),
        inputs={"program": folder / "program"},
        outbox=folder / "outbox",
        limits=Limits(wall_s=60),
    )


def left() -> list[int]:
    """Processes that the program started and that are alive."""
    found = []
    for one in psutil.process_iter(["cmdline", "status"]):
        if "of-a-save" in (one.info["cmdline"] or []) and one.info["status"] != "zombie":
            found.append(one.pid)
    return found


def test_a_save_ends_the_run_and_leaves_no_process(tmp_path: Path) -> None:
    looks = itertools.count()
    backend = Stoppable(Plain(), lambda: next(looks) > 2)
    began_s = time.monotonic()
    with pytest.raises(Saved):
        backend.run(job(tmp_path, 600))
    assert time.monotonic() - began_s < 60
    assert left() == []


def test_without_a_save_nothing_is_another(tmp_path: Path) -> None:
    heard = []
    end = Stoppable(Plain(), lambda: False).run(job(tmp_path, 1), lambda: heard.append(1))
    assert end.outcome is Outcome.OK
    assert heard


def test_it_is_told_as_the_backend_it_stands_for() -> None:
    plain, same = Plain(), Stoppable(Plain(), lambda: False)
    assert (same.name, same.level, same.gpus) == (plain.name, plain.level, plain.gpus)
    assert (same.holes(), same.missing()) == (plain.holes(), plain.missing())
