"""What a run holds is counted, also where it would rather not show it."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from grader.sandbox.memory import Scratch, proportional_mb
from grader.sandbox.outbox import overfull, unnamed_mb

HIDES = """
import ctypes, sys
block = bytearray(200 << 20)
for place in range(0, len(block), 4096):
    block[place] = 1
ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)  # PR_SET_DUMPABLE
print("hidden", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def hidden() -> Iterator[int]:
    """A process that its own user may not look into."""
    command = [sys.executable, "-c", HIDES]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"hidden\n"
        yield process.pid
        process.communicate(b"")


@pytest.mark.skipif(os.geteuid() == 0, reason="root can read everything")
def test_a_process_that_hides_its_files_has_passed_every_limit(hidden: int) -> None:
    assert "hid which files" in str(overfull([], unnamed_mb([os.getpid(), hidden]), 100, 100))
    assert overfull([], unnamed_mb([os.getpid()]), 100, 100) is None


def test_a_process_that_hides_its_pages_is_counted_as_a_whole(hidden: int) -> None:
    alone = proportional_mb([os.getpid()], Scratch())
    both = proportional_mb([os.getpid(), hidden], Scratch())
    assert alone is not None
    assert both is not None
    assert both - alone > 190
