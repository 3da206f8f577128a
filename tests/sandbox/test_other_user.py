"""Level 0 of a grader that is root: jobs run as users that own nothing."""

import os
import stat
import tempfile
import time
from pathlib import Path

import psutil
import pytest

from grader.model.run import Limits, Outcome
from grader.sandbox import other_user, outbox
from grader.sandbox.interface import Job
from grader.sandbox.plain import Plain

root_only = pytest.mark.skipif(
    not other_user.possible(), reason="needs root: only root can be somebody else"
)


@pytest.fixture(params=[False, True], ids=["executed", "copied"])
def plain(request, templates):
    return Plain(templates if request.param else None)


@pytest.fixture
def private():
    """A folder that anybody can walk to and only its owner may enter, with a file in it."""
    with tempfile.TemporaryDirectory(prefix="private-") as name:
        folder = Path(name, "results")
        Path(name).chmod(0o755)
        folder.mkdir(mode=0o700)
        (folder / "grade.json").write_text("secret")
        yield folder


@root_only
def test_a_job_is_neither_root_nor_of_any_of_its_groups(plain, run):
    code = """
        print(os.getuid() >= 60600, os.getuid() == os.geteuid() == os.getgid(), os.getgroups())
        status = Path("/proc/self/status").read_text()
        print([line.split()[1] for line in status.splitlines() if line[:6] in ("CapEff", "NoNewP")])
    """
    end = run(plain, code)
    assert end.stdout == f"True True []\n['{'0' * 16}', '1']\n", end.stderr


@root_only
def test_what_is_closed_to_others_is_closed_to_a_job(plain, run, private):
    code = f"""
        folder = Path({str(private)!r})
        for attempt in (
            lambda: (folder / "grade.json").read_text(),
            lambda: (folder / "grade.json").write_text("100"),
            lambda: (folder / "new").touch(),
            lambda: os.listdir(folder),
            lambda: folder.rename(folder.parent / "gone"),
            lambda: (folder.parent / "new").touch(),
            lambda: folder.chmod(0o777),
            lambda: os.kill({os.getpid()}, 9),
            lambda: Path("/proc/{os.getpid()}/environ").read_bytes(),
            lambda: (ROOT / "script" / "main.py").write_text(""),
        ):
            try:
                print("GOT IN", attempt())
            except OSError as error:
                print("kept out")
    """
    end = run(plain, code)
    assert end.stdout == "kept out\n" * 10
    assert (private / "grade.json").read_text() == "secret"


HIDING = """
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for number in (0, 1, 2):
                os.dup2(os.open(os.devnull, os.O_RDWR), number)
            os.execve(sys.executable, [sys.executable, "-c", SLEEP], {})
        os._exit(0)
    os.wait()
"""


@root_only
def test_what_left_the_tree_and_cleared_its_environment_is_ended(plain, run):
    mark = f"hidden-{os.getpid()}-{time.monotonic_ns()}"
    head = f"SLEEP = 'import time; time.sleep(60)  # {mark}'\n"
    assert run(plain, HIDING, head=head).outcome is Outcome.OK
    lines = [" ".join(one.info["cmdline"] or ()) for one in psutil.process_iter(["cmdline"])]
    assert not [line for line in lines if mark in line]


@root_only
def test_the_number_of_processes_is_limited(plain, run):
    code = """
        try:
            while True:
                if os.fork() == 0:
                    time.sleep(30)
        except OSError:
            print("no more")
    """
    assert run(plain, code, processes=20, wall_s=15).stdout == "no more\n"


@root_only
def test_two_jobs_are_two_users(plain, run):
    seen = []

    def watch():
        if not seen:
            seen.append(run(Plain(), "print(os.getuid())").stdout)

    end = run(plain, "print(os.getuid()); time.sleep(1.5)", watch=watch)
    assert end.stdout != seen[0]


@root_only
def test_what_the_level_says_of_itself_names_the_other_user():
    holes = Plain().holes()
    assert [hole for hole in holes if hole.startswith("as another user")]
    assert not [hole for hole in holes if "of this user" in hole or "outlives" in hole]


def test_who_is_not_root_stays_who_they_are(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    other_user.possible.cache_clear()
    try:
        assert not other_user.possible()
        assert "has the network" in Plain().holes()
        assert [hole for hole in Plain().holes() if "of this user" in hole]
    finally:
        other_user.possible.cache_clear()


@root_only
def test_root_without_a_reachable_interpreter_stays_root_and_says_so(monkeypatch, tmp_path):
    (tmp_path / "closed").mkdir(mode=0o700)
    monkeypatch.setattr(other_user, "may_mount", lambda: False)
    monkeypatch.setattr(
        "grader.sandbox.places.interpreter_folders", lambda: [tmp_path / "closed" / "python"]
    )
    other_user.possible.cache_clear()
    try:
        assert not other_user.possible()
    finally:
        other_user.possible.cache_clear()


def test_without_mounts_the_way_is_opened_for_walking_or_the_input_copied(monkeypatch, tmp_path):
    """As in a container: the folders of a run are temporary, what it is given may lie elsewhere."""
    temporary = tmp_path / "tmp"
    for folder in (temporary / "run" / "outbox", temporary / "run" / "tasks", tmp_path / "probe"):
        folder.mkdir(parents=True)
    (tmp_path / "probe" / "start.py").write_text("code")
    (temporary / "run").chmod(0o700)
    tmp_path.chmod(0o700)
    monkeypatch.setattr(other_user, "may_mount", lambda: False)
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    # What lies above is pytest's, and closed: here only what is below counts.
    monkeypatch.setattr(
        "grader.sandbox.privileges.closed_above",
        lambda path: next(
            (one for one in (temporary / "run", tmp_path) if one in path.parents), None
        ),
    )
    inputs = {"tasks": temporary / "run" / "tasks", "probe": tmp_path / "probe"}
    job = Job(("probe/start.py",), inputs, temporary / "run" / "outbox", Limits())
    with other_user.reachable(job, 60600) as given:
        assert given["tasks"] == inputs["tasks"], "it can be added to while the sandbox runs"
        assert given["probe"].is_relative_to(temporary)
        assert (given["probe"] / "start.py").read_text() == "code"
        assert stat.S_IMODE(given["probe"].parent.stat().st_mode) == 0o701
    assert stat.S_IMODE((temporary / "run").stat().st_mode) == 0o701
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700
    outbox.remove(temporary)
