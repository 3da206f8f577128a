"""What a backend of level 2 or above keeps a hostile job from doing."""

import contextlib
import os
import platform
import socket
from pathlib import Path

import psutil
import pytest
from greedy import beside_a_greedy_job

from grader.model.run import Outcome


def test_files_outside_cannot_be_read(walls, run, tmp_path):
    secret = tmp_path / "answers.txt"
    secret.write_text("42")
    end = run(walls, f"print(Path({str(secret)!r}).read_text())")
    assert end.outcome is Outcome.ERROR
    assert "FileNotFoundError" in end.stderr or "PermissionError" in end.stderr


def test_nothing_but_scratch_and_outbox_is_writable(walls, run, tmp_path):
    code = f"""
        for folder in ("/", "/usr", "/etc", "/dev", "/opt", "/box", "/proc", {str(tmp_path)!r},
                       ROOT, ROOT / "script", ROOT / "work" / "data", sys.prefix):
            try:
                (Path(folder) / "mine").write_text("x")
            except OSError:
                continue
            print(folder)
    """
    assert run(walls, code, inputs={"data": tmp_path / "script"}).stdout == ""
    assert not (tmp_path / "mine").exists()


def test_hidden_folders_are_closed_wherever_they_show(walls, run, tmp_path):
    data = tmp_path / "shown"
    (data / "holdout").mkdir(parents=True)
    (data / "holdout" / "labels").write_text("secret")
    (data / "train").write_text("public")
    code = """
        for place in (ROOT / "data", ROOT / "work" / "data"):
            assert (place / "train").read_text() == "public"
            for attempt in (
                lambda: (place / "holdout" / "labels").read_text(),
                lambda: (place / "holdout" / "x").write_text("x"),
            ):
                try:
                    print("open", attempt())
                except OSError:
                    print("closed")
    """
    end = run(walls, code, inputs={"data": data}, hidden=(data / "holdout",))
    assert end.stdout == "closed\n" * 4


def test_a_hidden_package_cannot_be_read_but_an_input_taken_from_it_can(walls, run):
    import pydantic

    package = Path(pydantic.__file__).parent
    code = f"""
        print(len((ROOT / "part" / "_fields.py").read_text()) > 9)
        print(Path({str(package)!r}, "main.py").read_text())
    """
    part = package / "_internal"
    end = run(walls, code, inputs={"part": part}, hidden=(package,))
    assert end.stdout == "True\n"
    assert "Error" in end.stderr


def test_there_is_no_network(walls, run):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        code = f"""
            import socket
            for address in (("127.0.0.1", {port}), ("192.0.2.1", 80)):
                try:
                    socket.create_connection(address, timeout=2)
                    print("connected")
                except OSError:
                    print("closed")
        """
        assert run(walls, code).stdout == "closed\n" * 2


def test_processes_inside_can_talk_to_each_other(walls, run):
    code = """
        import socket, threading
        from multiprocessing.connection import Client, Listener
        with Listener(family="AF_UNIX") as listener:
            threading.Thread(target=lambda: listener.accept().send("by path")).start()
            print(Client(listener.address).recv())
        server = socket.socket(socket.AF_UNIX)
        server.bind("\\0inside")
        server.listen()
        socket.socket(socket.AF_UNIX).connect("\\0inside")
        os.chdir("..") if os.access("..", os.W_OK) else None
        other = socket.socket(socket.AF_UNIX)
        other.bind(str(ROOT / "work" / "here"))
        other.listen()
        os.chdir(ROOT / "work")
        socket.socket(socket.AF_UNIX).connect("here")
        print("by name")
    """
    assert run(walls, code).stdout == "by path\nby name\n"


def test_the_caller_does_not_show(walls, run, tmp_path, monkeypatch):
    monkeypatch.setenv("API_TOKEN", "s3cret")
    code = """
        try:
            pids = list(filter(str.isdigit, os.listdir("/proc")))
        except OSError:
            pids = range(1, 100_000)
        for pid in pids:
            for name in ("environ", "cmdline"):
                try:
                    print(Path("/proc", str(pid), name).read_text())
                except OSError:
                    pass
        descriptors = []
        for number in range(3, 1000):
            try:
                os.fstat(number)
                descriptors.append(number)
            except OSError:
                pass
        print(descriptors)
    """
    end = run(walls, code, wall_s=90)
    assert end.outcome is Outcome.OK
    assert "s3cret" not in end.stdout
    assert str(tmp_path) not in end.stdout
    assert end.stdout.endswith("[]\n")


def test_it_runs_as_nobody_in_particular(walls, run):
    code = """
        import ctypes
        print(os.getuid(), os.getgroups() == [os.getgid()] or os.getgroups())
        header, sets = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
        assert ctypes.CDLL(None).capget(header, sets) == 0
        print("capabilities", list(sets)[:2], list(sets)[3:5])
    """
    end = run(walls, code)
    assert not end.stdout.startswith("0 ")
    assert "capabilities [0, 0] [0, 0]" in end.stdout


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has an identity to give up")
def test_root_gives_itself_up(walls, run):
    uids = []

    def watch():
        for process in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.Error):  # it may have ended meanwhile
                if "script/main.py" in " ".join(process.cmdline()):
                    uids.append(process.uids().real)

    run(walls, "time.sleep(3)", watch=watch)  # long enough to be seen on a busy machine
    assert uids
    assert 0 not in uids


@pytest.mark.skipif(
    platform.machine() != "x86_64", reason="numbers of system calls are x86-64 ones"
)
@pytest.mark.parametrize(
    "attempt",
    [
        "libc.syscall(250, 0, -3, 1)",
        "libc.syscall(425, 1, 0)",
        "libc.syscall(435, 0, 0)",
        "libc.unshare(0x10000000)",
        "libc.syscall(56, 0x10000000 | 17, 0, 0, 0, 0)",
        "libc.ptrace(0, 0, 0, 0)",
        "libc.personality(0x0040000)",
        "libc.syscall(319, b'x', 0)",
        "libc.mount(b'none', b'/tmp', b'tmpfs', 0, 0)",
        "socket.socket(40, socket.SOCK_STREAM).fileno()",
        "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 12).fileno()",
        "libc.socket(ctypes.c_long((1 << 32) + 40), 1, 0)",
    ],
)
def test_the_kernel_refuses(walls, run, attempt):
    code = f"""
        import ctypes, socket
        libc = ctypes.CDLL(None, use_errno=True)
        try:
            print({attempt})
        except OSError as error:
            print(-1)
    """
    assert run(walls, code).stdout == "-1\n"


def test_scratch_space_is_limited(walls, run):
    code = """
        for folder in ("/tmp", "/dev/shm", ROOT / "work"):
            try:
                with open(Path(folder) / "fill", "wb") as file:
                    for _ in range(80):
                        file.write(bytes(1024 * 1024))
                print("filled")
            except OSError:
                os.truncate(Path(folder) / "fill", 0)
    """
    assert run(walls, code, disk_mb=8).stdout == ""


def test_files_in_memory_count_as_memory_or_cannot_be_made(walls, run):
    code = """
        for i in range(40):
            with open(f"/dev/shm/{i}", "wb") as file:
                file.write(bytes(10 * 1024 * 1024))
            time.sleep(0.05)
        time.sleep(1)
    """
    end = run(walls, code, disk_mb=512, memory_mb=150)
    if walls.shared_memory:
        assert end.outcome is Outcome.MEMORY
    else:
        assert "PermissionError" in end.stderr


def test_processes_are_limited(walls, run):
    code = """
        count = 0
        try:
            for count in range(3000):
                if os.fork() == 0:
                    time.sleep(30)
        except OSError:
            print("stopped")
    """
    end = run(walls, code, processes=50)
    assert end.stdout == "stopped\n"


def test_a_job_that_takes_all_processes_starves_nobody_beside_it(walls, run, outbox):
    if walls.level < 3 and os.geteuid() != 0:
        pytest.skip("an ordinary user's jobs share one count at level 2, which is a known hole")
    end = beside_a_greedy_job(walls, run, outbox)
    assert end.stdout == "mine\n", end.stderr


def test_a_box_that_cannot_start_is_our_fault(walls, run, monkeypatch):
    monkeypatch.setattr("grader.sandbox.box.ROOT", "/proc/box")
    monkeypatch.setattr("grader.sandbox.landlock._PACKAGES", Path("/nowhere"))
    monkeypatch.setattr("grader.sandbox.landlock._PROGRAM", "import nothing_of_this_name")
    if walls.templates is not None:  # there the program runs already
        monkeypatch.setattr("grader.sandbox.landlock.kernel_limits", lambda *_: {"NOTHING": 1})
    end = run(walls, "print('never')")
    assert end.outcome is Outcome.FAULT
    assert end.detail.startswith("The sandbox")


def test_an_interpreter_that_is_not_there_is_our_fault(walls, run, monkeypatch):
    monkeypatch.setattr("grader.sandbox.layout.command", lambda job, root: ("/nowhere/python",))
    assert run(walls, "").outcome is Outcome.FAULT
