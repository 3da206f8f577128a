"""A grader that is stopped, or killed, at any stage leaves nothing half-done and can start anew."""

import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import Actors
from kept import RESULTS, Check, grade_in
from processes import alive, end_of, started, wait_for

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs the signals of POSIX")

STAGES = ["preparing", "running", "measuring", "judging", "rendering", "writing"]
SLOW = "import pathlib, time\npathlib.Path({ready!r}).touch()\ntime.sleep(60)\n"


def left(here: Path) -> list[str]:
    """What lies where results belong."""
    return os.listdir(here / RESULTS) if (here / RESULTS).exists() else []


@pytest.fixture
def ready(here: Path) -> Iterator[Path]:
    """The file that appears when the stage is reached, where every user can make it."""
    with tempfile.TemporaryDirectory(prefix="ready-", dir="/tmp") as name:
        Path(name).chmod(0o777)
        (here / "lab.py").write_text(SLOW.format(ready=str(Path(name, "ready"))))
        yield Path(name, "ready")


@pytest.mark.parametrize("stage", STAGES)
def test_an_interrupted_check_leaves_nothing(
    check: Check, here: Path, ready: Path, stage: str
) -> None:
    process = started(stage, ready)
    wait_for(ready, process)
    process.send_signal(signal.SIGINT)
    ended = end_of(process)
    assert (ended.code, ended.err.splitlines()[-1]) == (130, "Interrupted.")
    assert "Traceback" not in ended.said
    assert left(here) == []
    assert os.listdir(here / "TMPDIR") == []
    assert alive(here) == []
    assert check(Actors()).code in (0, 1)


@pytest.mark.parametrize("stage", ["judging", "writing"])
def test_an_interrupted_check_keeps_the_earlier_result(
    check: Check, here: Path, ready: Path, stage: str
) -> None:
    check(Actors())
    before = (here / RESULTS / "lab/grade.json").read_bytes()
    process = started(stage, ready)
    wait_for(ready, process)
    process.send_signal(signal.SIGTERM)
    assert end_of(process).code == 130
    assert left(here) == ["lab"]
    assert (here / RESULTS / "lab/grade.json").read_bytes() == before


@pytest.mark.parametrize("stage", ["measuring", "writing"])
def test_after_a_grader_that_was_killed_the_same_work_is_graded(
    check: Check, grader: Check, here: Path, ready: Path, stage: str
) -> None:
    process = started(stage, ready)
    wait_for(ready, process)
    process.kill()  # as the kernel does where memory is short
    assert end_of(process).code == -signal.SIGKILL
    for one in alive(here):  # without isolation nobody else ends it
        one.kill()
    assert check(Actors()).code in (0, 1)
    assert grade_in(RESULTS / "lab")["score"] > 0
    assert "1 graded again" in grader("regrade", RESULTS).out


def test_who_stops_reading_the_terminal_loses_no_result(here: Path, ready: Path) -> None:
    process = started("nowhere", ready)
    assert process.stdout is not None
    process.stdout.close()
    process.stdout = None
    assert end_of(process).code in (0, 1, 3)
    assert grade_in(RESULTS / "lab")["score"] > 0
