"""The parts of supervision that need no sandbox."""

import errno
import os
import pkgutil
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from grader.model.run import Limits, Outcome
from grader.sandbox.output import Kept
from grader.sandbox.privileges import borrowed_uid
from grader.sandbox.processes import Executed, Start
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


def breaking(usual, error, after):
    """The function, that does its work ``after`` times and raises from then on."""
    calls = []

    def call(*arguments, **options):
        calls.append(1)
        if len(calls) > after:
            raise error
        return usual(*arguments, **options)

    return call


NO_THREAD = RuntimeError("can't start new thread")
NO_FILE = OSError(errno.EMFILE, os.strerror(errno.EMFILE))
AFTER_THE_START = {
    "the first stream gets no thread": ("output.Reader.start", NO_THREAD, 0),
    "the second stream gets no thread": ("output.Reader.start", NO_THREAD, 1),
    "nobody can wait for it": ("supervise.threading.Thread.start", NO_THREAD, 2),
    "a stream gets no selector": ("output.selectors.DefaultSelector", NO_FILE, 1),
    "its tree cannot be walked": ("supervise._Run._join", NO_FILE, 0),
}
RUNAWAY = """
import os, time
if os.fork() == 0:
    os.setsid()
time.sleep(60)
"""


@pytest.fixture
def half_started(tmp_path, monkeypatch):
    """Supervise a process whose start breaks at a place, once it runs; what became of both."""
    if sys.platform == "win32":
        pytest.skip("forks")
    started = []

    def slow(begin):
        process = Executed(begin)
        until = time.monotonic() + 20
        while not (found := psutil.Process(process.pid).children()) and time.monotonic() < until:
            time.sleep(0.01)
        started.extend([psutil.Process(process.pid), *found])
        return process

    def run(place, error, after):
        name, _, attribute = f"grader.sandbox.{place}".rpartition(".")
        usual = pkgutil.resolve_name(name)
        with monkeypatch.context() as patch:
            patch.setattr(usual, attribute, breaking(getattr(usual, attribute), error, after))
            begin = start(sys.executable, "-c", RUNAWAY, mark="RUN=half", opener=slow)
            return supervise(replace(begin, environment={"RUN": "half"}), Limits(), tmp_path)

    yield run, started
    assert len(started) == 2
    for process in started:
        assert not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


@pytest.mark.parametrize("what", AFTER_THE_START)
def test_a_process_that_cannot_be_watched_is_ended_and_our_fault(half_started, what):
    run, started = half_started
    place, error, after = AFTER_THE_START[what]
    before = threading.active_count(), psutil.Process().num_fds()
    end = run(place, error, after)
    assert end.outcome is Outcome.FAULT
    assert str(error) in end.detail
    assert not started[0].is_running()  # reaped
    assert (threading.active_count(), psutil.Process().num_fds()) == before


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ZeroDivisionError()])
@pytest.mark.parametrize("what", AFTER_THE_START)
def test_whatever_stops_its_start_it_is_ended(half_started, what, error):
    run, _ = half_started
    place, _, after = AFTER_THE_START[what]
    with pytest.raises(type(error)):
        run(place, error, after)


def test_a_process_that_cannot_be_watched_leaves_no_group(half_started, monkeypatch):
    run, _ = half_started
    closed = []
    group = SimpleNamespace(add=bool, killed=bool, close=lambda: closed.append(1))
    monkeypatch.setattr("grader.sandbox.supervise.cgroup.make", lambda _: group)
    run(*AFTER_THE_START["nobody can wait for it"])
    assert closed == [1]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no niceness")
def test_what_runs_lets_everybody_else_go_first(tmp_path):
    code = "import os, time; time.sleep(0.5); print(os.getpriority(os.PRIO_PROCESS, 0))"
    end = supervise(start(sys.executable, "-c", code), Limits(), tmp_path)
    assert int(end.stdout) == min(19, os.getpriority(os.PRIO_PROCESS, 0) + 5)
