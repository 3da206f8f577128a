"""What a level says of itself is so: each of its holes is shown, or says why that cannot be."""

import contextlib
import errno
import os
import platform
import socket
import threading
import time
from pathlib import Path

import pytest
from greedy import beside_a_greedy_job

from grader.model.run import Outcome
from grader.sandbox.choose import BACKENDS

NOT_SHOWN = {
    "with a GPU: its driver and /sys are reachable, its memory is watched, not capped": (
        "it needs a GPU, and reaching for all its memory would take it from others"
    ),
}
"""Holes that no test can show, and why."""

SHOWN: dict[str, str] = {}
"""The test of each hole, by its phrase."""


def shows(phrase):
    """Mark the test that shows a hole; it is skipped at a level that does not have it."""

    def mark(function):
        SHOWN[phrase] = function.__name__
        return pytest.mark.hole(phrase)(function)

    return mark


@pytest.fixture(autouse=True)
def _only_where_it_is_said(request):
    mark = request.node.get_closest_marker("hole")
    if mark is None:
        return
    walls = request.getfixturevalue("walls")
    if mark.args[0] not in walls.holes():
        pytest.skip(f"level {walls.level} has no such hole")


def test_every_hole_is_shown_or_says_why_not():
    said = {phrase for one in BACKENDS if one.level >= 2 for phrase in one.holes()}
    assert sorted([*SHOWN, *NOT_SHOWN]) == sorted(said)


@shows("shares the kernel: an exploit of it escapes")
def test_it_is_the_same_kernel(walls, run):
    end = run(walls, "print(os.uname().release, os.uname().version)")
    assert end.stdout == f"{platform.release()} {platform.version()}\n"


@shows("that a file outside exists, its size, times and link target can be seen, no content")
def test_files_outside_can_be_seen_but_not_read(walls, run, trap):
    link = trap.folder.parent / "link"
    link.symlink_to("a secret name")
    code = """
        status = os.stat(FILE)
        print(status.st_size, status.st_mtime, os.path.exists(FILE + "x"))
        print(os.readlink(LINK))
        for look in (open, os.listdir):
            try:
                print(look(FILE if look is open else FOLDER))
            except PermissionError:
                print("closed")
    """
    end = run(walls, code, head=f"{trap.names()}\nLINK = {str(link)!r}\n")
    seen = f"{len(trap.secret)} 1000000000.0 False\na secret name\n"
    assert end.stdout == f"{seen}closed\nclosed\n"


@shows("names in hidden folders that lie among Python's packages can be listed")
def test_names_in_a_hidden_package_can_be_listed(walls, run):
    import pydantic

    package = Path(pydantic.__file__).parent
    code = f"""
        print("main.py" in os.listdir({str(package)!r}))
        Path({str(package)!r}, "main.py").read_text()
    """
    end = run(walls, code, hidden=(package,))
    assert end.stdout == "True\n"
    assert "PermissionError" in end.stderr


@shows("jobs of an ordinary user share one count: one may take all the others need")
def test_a_job_may_take_the_processes_of_those_beside_it(walls, run, outbox):
    if os.geteuid() == 0:
        pytest.skip("root lends each job a user, and a user's processes are counted together")
    end = beside_a_greedy_job(walls, run, outbox)
    assert "BlockingIOError" in end.stderr


@shows("that a process outside exists can be seen, not what it is")
def test_a_process_outside_can_be_told_from_none(walls, run, trap):
    code = """
        for pid in (VICTIM, 2**22 - 1):
            try:
                os.kill(pid, 0)
            except OSError as error:
                print(error.errno)
        for name in ("cmdline", "comm", "status", "environ", "exe"):
            try:
                print(os.readlink(f"/proc/{VICTIM}/{name}") if name == "exe"
                      else Path(f"/proc/{VICTIM}/{name}").read_text())
            except OSError:
                pass
    """
    end = run(walls, code, head=f"{trap.names()}\n")
    assert end.stdout == f"{errno.EPERM}\n{errno.ESRCH}\n"


@shows("may listen under an abstract name that a program outside takes for somebody else's")
def test_a_job_may_answer_a_program_outside(walls, run, tmp_path):
    name, heard = f"\0somebody-{tmp_path.name}-{os.getpid()}", []

    def ask():
        until = time.monotonic() + 15
        while not heard and time.monotonic() < until:
            with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as client:
                client.settimeout(5)
                client.connect(name)
                heard.append(client.recv(100))
            time.sleep(0.02)

    asking = threading.Thread(target=ask)
    asking.start()
    code = f"""
        import socket
        server = socket.socket(socket.AF_UNIX)
        server.bind({name!r})
        server.listen()
        server.settimeout(15)
        server.accept()[0].send(b"it is me")
    """
    end = run(walls, code)
    asking.join()
    assert (end.outcome, heard) == (Outcome.OK, [b"it is me"])


@shows("temporary files are counted a few times a second, not capped")
def test_more_can_be_written_between_two_looks(walls, run, monkeypatch):
    monkeypatch.setattr("grader.sandbox.supervise._FIRST_PAUSE_S", 10.0)
    code = """
        for folder in (ROOT / "work", Path(os.environ["TMPDIR"]), OUT):
            (folder / "large").write_bytes(bytes(15 * 1024 * 1024))
        print("45 of 16")
    """
    end = run(walls, code, disk_mb=16)
    assert end.stdout == "45 of 16\n"


@shows("an open file without a name is counted only while a process of the run holds it")
def test_a_file_on_its_way_through_a_socket_is_not_counted(walls, run):
    code = """
        import socket
        near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        for _ in range(4):
            number = os.open("file", os.O_CREAT | os.O_WRONLY)
            os.unlink("file")
            socket.send_fds(near, [b"x"], [number])
            os.write(number, bytes(15 * 1024 * 1024))
            os.close(number)
        time.sleep(1.5)
        _, numbers, _, _ = socket.recv_fds(far, 1, 1)
        print(os.fstat(numbers[0]).st_size)
    """
    end = run(walls, code, disk_mb=48)
    assert (end.outcome, end.stdout) == (Outcome.OK, f"{15 * 1024 * 1024}\n"), end.detail


@shows("memory the kernel holds for pipes and sockets is not counted")
def test_what_lies_in_pipes_is_not_counted(walls, run):
    code = """
        import fcntl
        pipes = [os.pipe() for _ in range(48)]
        for _, end in pipes:
            os.set_blocking(end, False)
            size = fcntl.fcntl(end, fcntl.F_SETPIPE_SZ, 1 << 20) if {fill} else 0
            print(os.write(end, bytes(size)) if size else 0)
        time.sleep(1)
    """
    idle, full = (run(walls, code.format(fill=fill)) for fill in (False, True))
    assert sum(map(int, full.stdout.split())) >= 40 << 20
    assert full.peak_rss_mb < idle.peak_rss_mb + 20


@shows("CPU threads are a request, not a limit")
def test_every_processor_may_be_used(walls, run):
    code = "print(os.environ['OMP_NUM_THREADS'], len(os.sched_getaffinity(0)))"
    assert run(walls, code).stdout == f"1 {len(os.sched_getaffinity(0))}\n"


@shows("host paths of the inputs and of Python show in the mount table")
def test_the_mount_table_tells_where_inputs_lie(walls, run, tmp_path):
    end = run(walls, "print(Path('/proc/self/mountinfo').read_text())")
    roots = [line.split()[3] for line in end.stdout.splitlines() if line]
    assert any(root.endswith(f"{tmp_path.name}/script") for root in roots)
