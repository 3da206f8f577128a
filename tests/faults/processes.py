"""The command in a process of its own: started, waited for, and what it left alive."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
from kept import Ended

DRIVE = Path(__file__).with_name("drive.py")
LONGEST_S = 240
"""A busy machine needs long to load torch."""
CHECK = ("check", "lab1", "lab.py", "--device", "cpu", "--threads", "1")


def started(stage: str, ready: Path, *command: str) -> subprocess.Popen[str]:
    """``grader check`` that will wait at ``stage``; ``command`` goes before it.

    It hears Ctrl-C, also where these tests were started in a way that does not.
    """
    return subprocess.Popen(
        [*command, sys.executable, str(DRIVE), stage, str(ready), *CHECK],
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(ready: Path, process: subprocess.Popen[str], within_s: float = LONGEST_S) -> None:
    """Return when the stage was reached."""
    until = time.monotonic() + within_s
    while not ready.exists():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until, "the stage was never reached"
        time.sleep(0.02)


def end_of(process: subprocess.Popen[str]) -> Ended:
    """Wait for the end of a command."""
    try:
        out, err = process.communicate(timeout=LONGEST_S)
    except BaseException:
        process.kill()
        process.communicate()
        raise
    return Ended(process.returncode, out, err)


def alive(folder: Path) -> list[psutil.Process]:
    """Processes that have a path below ``folder`` on their command line."""
    found = []
    for one in psutil.process_iter(["cmdline"]):
        if str(folder) in " ".join(one.info["cmdline"] or ()):
            found.append(one)
    return found
