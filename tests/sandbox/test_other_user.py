"""Level 0 of a grader that is root: jobs run as users that own nothing."""

import os
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest

from grader.model.run import Limits, Outcome
from grader.sandbox import other_user, privileges
from grader.sandbox.interface import Job
from grader.sandbox.plain import Plain
from grader.sandbox.privileges import borrowed_uid

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
def test_a_user_of_whom_something_is_left_is_not_lent_until_it_is_gone(run, monkeypatch):
    """What only waits to be reaped, as by a slow first process, counts as the next job's own."""
    # The last ones are lent to nobody else: a job beside this test would keep its user from being
    # looked at for as long as it runs.
    monkeypatch.setattr(privileges, "UIDS", privileges.UIDS[-9:])
    first = int(run(Plain(), "print(os.getuid())").stdout)
    with (
        subprocess.Popen(("/bin/sleep", "0"), user=first, group=first, extra_groups=[]) as dead,
        subprocess.Popen(("/bin/sleep", "60"), user=first, group=first, extra_groups=[]) as alive,
    ):
        os.waitid(os.P_PID, dead.pid, os.WEXITED | os.WNOWAIT)
        try:
            assert int(run(Plain(), "print(os.getuid())").stdout) != first
            assert alive.wait(10) == -9, "what a grader that was killed left is ended"
        finally:
            alive.kill()


@root_only
def test_what_a_killed_grader_left_of_earlier_work_is_no_next_jobs(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    box, lent, others = (tmp_path / f"lab-grader-{name}" for name in ("box", "lent", "others"))
    for folder in (box, lent, others):
        folder.mkdir(mode=0o710)
        (folder / "lab.py").write_text("the work of somebody else")
    with borrowed_uid(other_user.nothing_left) as uid:
        os.chown(box, uid, uid)
        os.chown(lent, 0, uid)
        os.chown(others, 0, uid + 1)
        assert other_user.nothing_left(uid)
    assert not box.exists()
    assert (stat.S_IMODE(lent.stat().st_mode), lent.stat().st_gid) == (0o700, 0)
    assert others.stat().st_gid == uid + 1


@root_only
def test_what_the_level_says_of_itself_names_the_other_user():
    holes = Plain().holes()
    assert [hole for hole in holes if hole.startswith("as another user")]
    assert not [hole for hole in holes if "of this user" in hole or "outlives" in hole]


def test_who_is_not_root_stays_who_they_are(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert not other_user.possible()
    assert "has the network" in Plain().holes()
    assert [hole for hole in Plain().holes() if "of this user" in hole]


def test_where_there_is_nothing_of_posix_the_interface_is_still_imported():
    """As on Windows, as far as our own modules are concerned."""
    program = (
        "import sys, psutil\n"
        "for name in ('fcntl', 'resource', 'grader.sandbox.system'):\n"
        "    sys.modules[name] = None\n"
        "import grader.api, grader.sandbox.other_user, grader.sandbox.privileges\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@root_only
def test_root_without_a_reachable_interpreter_stays_root_and_says_so(monkeypatch, tmp_path):
    (tmp_path / "closed").mkdir(mode=0o700)
    monkeypatch.setattr(other_user, "may_mount", lambda: False)
    monkeypatch.setattr(
        "grader.sandbox.places.interpreter_folders", lambda: [tmp_path / "closed" / "python"]
    )
    assert not other_user.possible()


@root_only
def test_root_whose_temporary_folders_are_closed_stays_root_unless_it_may_mount(
    monkeypatch, run, tmp_path
):
    (tmp_path / "closed").mkdir(mode=0o700)
    (tmp_path / "closed" / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "closed" / "tmp"))
    monkeypatch.setattr("grader.sandbox.places.interpreter_folders", lambda: [])
    assert other_user.possible() == other_user.may_mount()
    monkeypatch.setattr(other_user, "may_mount", lambda: False)
    assert not other_user.possible()
    assert run(Plain(), "print(os.getuid())").stdout == "0\n"


@pytest.fixture
def opened(monkeypatch):
    """A folder for temporary ones that everybody can walk to, where no mount is allowed.

    Python is still shown by one where that is needed and possible.
    """
    with tempfile.TemporaryDirectory(prefix="opened-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        monkeypatch.setattr("tempfile.tempdir", name)
        monkeypatch.setattr(other_user, "may_mount", lambda: False)
        monkeypatch.setattr(other_user, "possible", lambda: True)
        yield folder


def job_of(folder, **inputs):
    """A job in a temporary folder of its own, as a run makes it."""
    folder.mkdir(mode=0o700)
    for one in (folder / "outbox", folder / "tasks"):
        one.mkdir(mode=0o755)
    return Job(
        ("script/main.py",), {"tasks": folder / "tasks", **inputs}, folder / "outbox", Limits()
    )


@root_only
def test_without_mounts_the_way_is_lent_to_the_job_or_the_input_copied(opened, tmp_path):
    """As in a container: the folders of a run are temporary, what it is given may lie elsewhere."""
    (tmp_path / "probe").mkdir()
    (tmp_path / "probe" / "start.py").write_text("code")
    tmp_path.chmod(0o700)
    job = job_of(opened / "run", probe=tmp_path / "probe")
    with other_user.reachable(job, 60600) as given:
        assert given["tasks"] == job.inputs["tasks"], "it can be added to while the sandbox runs"
        assert given["probe"].is_relative_to(opened)
        assert (given["probe"] / "start.py").read_text() == "code"
        for folder in (opened / "run", given["probe"].parent):
            status = folder.stat()
            assert (stat.S_IMODE(status.st_mode), status.st_gid) == (0o710, 60600)
    status = (opened / "run").stat()
    assert (stat.S_IMODE(status.st_mode), status.st_gid) == (0o700, os.getgid())
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700


LOOKING = """
from pathlib import Path
import os, sys
for name in {names!r}:
    for look in (os.listdir, lambda name: Path(name, "work.txt").read_text()):
        try:
            print("GOT IN", look(name))
        except OSError:
            print("kept out")
print(Path(sys.argv[-1], "tasks", "work.txt").read_text())
Path(sys.argv[-1], "outbox", "left.txt").write_text("left")
"""


@root_only
def test_without_mounts_two_jobs_do_not_reach_each_other(plain, opened):
    names = ("ada", "bob")
    jobs = {name: job_of(opened / name, script=opened / f"script-{name}") for name in names}
    for name in names:
        (opened / name / "tasks" / "work.txt").write_text(f"of {name}")
        others = [str(opened / other / "tasks") for other in names if other != name]
        (opened / f"script-{name}").mkdir(mode=0o755)
        (opened / f"script-{name}" / "main.py").write_text(LOOKING.format(names=others))
    said = {}

    def meanwhile():
        if "bob" not in said:
            said["bob"] = Plain().run(jobs["bob"]).stdout

    with (opened / "script-ada" / "main.py").open("a") as file:
        file.write("import time; time.sleep(1.5)\n")
    said["ada"] = plain.run(jobs["ada"], meanwhile).stdout
    for name in names:
        assert said[name] == f"kept out\nkept out\nof {name}\n"
        assert (opened / name / "outbox" / "left.txt").stat().st_uid == os.getuid()
