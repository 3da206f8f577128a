"""A request to stop ends the command with its temporary folders cleaned up."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs the signals of POSIX")

PROGRAM = """
import signal, sys, tempfile, time
from pathlib import Path
from grader.data import status

place, wait_s, ignored = Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]
for name in ("SIGINT", "SIGTERM", "SIGHUP"):
    usual = signal.default_int_handler if name == "SIGINT" else signal.SIG_DFL
    signal.signal(getattr(signal, name), signal.SIG_IGN if name in ignored else usual)

def slow():
    with tempfile.TemporaryDirectory(dir=place):
        try:
            print("ready", flush=True)
            time.sleep(wait_s)
        finally:
            print("cleaning", flush=True)
            time.sleep(0.3)
    return []

status.status = slow
sys.argv = ["grader", "data", "status"]
from grader.cli.main import main
main()
"""


def started(place: Path, wait_s: float, *ignored: str) -> subprocess.Popen[str]:
    """A command that has a temporary folder in ``place`` and takes its time."""
    command = [sys.executable, "-c", PROGRAM, str(place), str(wait_s), *ignored]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=place.parent
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


@pytest.fixture
def place(tmp_path: Path) -> Path:
    folder = tmp_path / "place"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_whoever_asks_the_command_stops_clean(place: Path, name: str) -> None:
    process = started(place, 60)
    process.send_signal(getattr(signal, name))
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (130, "Interrupted.\n")
    assert list(place.iterdir()) == []


def test_asking_again_does_not_stop_the_cleaning(place: Path) -> None:
    process = started(place, 60)
    process.send_signal(signal.SIGTERM)
    assert process.stdout is not None
    assert process.stdout.readline() == "cleaning\n"
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGINT"):
        process.send_signal(getattr(signal, name))
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (130, "Interrupted.\n")
    assert list(place.iterdir()) == []


def test_what_nohup_ignores_stays_ignored(place: Path) -> None:
    process = started(place, 0.5, "SIGHUP")
    process.send_signal(signal.SIGHUP)
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, "")
