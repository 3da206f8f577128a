"""The parts of supervision that need no sandbox."""

import sys
import time
from pathlib import Path

import psutil

from grader.model.run import Limits, Outcome
from grader.sandbox.output import Kept
from grader.sandbox.privileges import borrowed_uid
from grader.sandbox.processes import Start
from grader.sandbox.supervise import supervise


def start(*argv, **others):
    return Start(argv=argv, environment={}, cwd=Path("/"), **others)


def test_a_program_that_is_not_there_is_our_fault(tmp_path):
    end = supervise(start("/nowhere/program"), Limits(), tmp_path)
    assert end.outcome is Outcome.FAULT
    assert "/nowhere/program" in end.detail


def test_short_output_is_kept_whole():
    kept = Kept(head_bytes=4, tail_bytes=4)
    for byte in b"12345678":
        kept.add(bytes([byte]))
    assert kept.text() == "12345678"


def test_long_output_keeps_both_ends_and_counts_the_rest():
    kept = Kept(head_bytes=4, tail_bytes=4)
    for _ in range(1000):
        kept.add(b"0123456789")
    assert kept.total == 10_000
    assert kept.text() == "0123\n[… 9,992 bytes left out here …]\n6789"


def test_a_cut_through_a_character_does_no_harm():
    kept = Kept(head_bytes=1, tail_bytes=1)
    kept.add("éxé".encode())
    assert "3 bytes left out" in kept.text()


def test_watching_is_cheap(tmp_path):
    began, before = time.monotonic(), psutil.Process().cpu_times()
    code = "import time; time.sleep(2)"
    supervise(start(sys.executable, "-c", code), Limits(), tmp_path)
    after = psutil.Process().cpu_times()
    used_s = after.user - before.user + after.system - before.system
    assert used_s < 0.03 * (time.monotonic() - began)


def test_concurrent_jobs_are_lent_different_users():
    with borrowed_uid() as first, borrowed_uid() as second:
        assert first is None or first != second
    with borrowed_uid() as again:
        assert again == first
