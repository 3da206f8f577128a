"""The kernel's own limit on a run's memory, where this user may set one."""

import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from grader.model.run import Limits, Outcome
from grader.sandbox import cgroup
from grader.sandbox.processes import Executed, Start
from grader.sandbox.supervise import supervise

HOARD = """
    import mmap
    kept = []
    for _ in range(12):
        block = mmap.mmap(-1, 50 << 20)
        for page in range(0, 50 << 20, 4096):
            block[page] = 1
        kept.append(block)
    print("ESCAPED")
"""


@pytest.fixture
def group():
    made = cgroup.make(100)
    if made is None:
        pytest.skip("this user may not make control groups here")
    yield made
    made.close()


def test_what_grows_too_fast_to_be_seen_is_stopped(backend, run, monkeypatch, group):
    monkeypatch.setattr("grader.sandbox.supervise._FIRST_PAUSE_S", 30.0)
    end = run(backend, HOARD, memory_mb=150)
    assert "ESCAPED" not in end.stdout
    assert end.outcome is Outcome.MEMORY
    assert "more memory than the 150 MB" in end.detail


def test_what_was_started_before_the_group_was_joined_is_in_it(tmp_path, monkeypatch, group):
    def late(start: Start) -> Executed:
        process = Executed(start)
        time.sleep(0.5)  # as on a busy machine
        return process

    code = (
        "import os, time\nif os.fork(): os.wait(); os._exit(0)\ntime.sleep(1)\n"
        + textwrap.dedent(HOARD)
    )
    monkeypatch.setattr("grader.sandbox.supervise._FIRST_PAUSE_S", 30.0)
    start = Start((sys.executable, "-c", code), {}, tmp_path, opener=late)
    end = supervise(start, Limits(memory_mb=150, wall_s=20), tmp_path)
    assert "ESCAPED" not in end.stdout


def test_nothing_of_a_group_outlives_it(group):
    process = subprocess.Popen([sys.executable, "-c", "import os, time; os.fork(); time.sleep(60)"])
    assert group.add(process.pid)
    group.close()
    assert process.wait(5) == -9


def tree(root: Path, passes_on: str) -> Path:
    """What the second version of the interface looks like to somebody in ``/app/run``."""
    own = root / "app" / "run"
    own.mkdir(parents=True)
    (root / "app" / "cgroup.subtree_control").write_text(passes_on)
    (own / "cgroup.subtree_control").write_text("")
    (root / "self").write_text("0::/app/run\n")
    return root


@pytest.fixture
def second(tmp_path, monkeypatch):
    """A folder in place of the kernel's; its groups get their files as they are made."""

    def build(passes_on: str) -> Path:
        monkeypatch.setattr(cgroup, "ROOT", tree(tmp_path, passes_on))
        monkeypatch.setattr(cgroup, "OWN", tmp_path / "self")
        plain = Path.mkdir

        def mkdir(path: Path, *args: object, **kwargs: object) -> None:
            plain(path, *args, **kwargs)
            for name in ("memory.max", "memory.swap.max", "memory.events", "cgroup.procs"):
                (path / name).touch()

        monkeypatch.setattr(Path, "mkdir", mkdir)
        return tmp_path / "app"

    return build


def test_the_second_version_where_it_is_delegated(second):
    app = second("cpu memory pids")
    group = cgroup.make(1000)
    assert group is not None
    (folder,) = [path for path in app.iterdir() if path.name.startswith("lab-grader-")]
    assert (folder / "memory.max").read_text() == str(1164 * 1024 * 1024)
    assert (folder / "memory.swap.max").read_text() == "0"
    assert group.add(os.getpid())
    assert (folder / "cgroup.procs").read_text() == str(os.getpid())
    (folder / "cgroup.procs").write_text("")
    assert not group.killed()
    (folder / "memory.events").write_text("low 0\noom 0\noom_kill 1\n")
    assert not group.killed(), "the machine was out of memory, not the group"
    (folder / "memory.events").write_text("low 0\noom 1\noom_kill 1\n")
    assert group.killed()


def test_groups_of_graders_that_were_killed_are_removed(second, monkeypatch):
    app = second("memory")
    gone, busy = 2**22 - 1, os.getpid()
    for name in (f"lab-grader-{gone}-ab", f"lab-grader-{busy}-cd", "lab-grader-ef", "other"):
        os.mkdir(app / name)
    assert cgroup.make(1000) is not None
    assert (app / f"lab-grader-{gone}-ab").exists(), "it may be another container's"
    monkeypatch.setattr(cgroup, "_FORGOTTEN_S", -1.0)
    assert cgroup.make(1000) is not None
    assert not (app / f"lab-grader-{gone}-ab").exists()
    assert all((app / name).exists() for name in (f"lab-grader-{busy}-cd", "lab-grader-ef"))


def test_the_first_version_tells_its_own_limit_from_the_machines(tmp_path):
    group = cgroup.Group(tmp_path, cgroup._FIRST)
    (tmp_path / "memory.oom_control").write_text("oom_kill_disable 0\nunder_oom 0\noom_kill 1\n")
    (tmp_path / "memory.limit_in_bytes").write_text("1000\n")
    (tmp_path / "memory.max_usage_in_bytes").write_text("400\n")
    assert not group.killed()
    (tmp_path / "memory.max_usage_in_bytes").write_text("1000\n")
    assert group.killed()


def test_no_group_where_memory_is_not_passed_on(second):
    second("cpu pids")
    assert cgroup.make(1000) is None
