"""What a backend of level 2 or above keeps a hostile job from doing."""

import os
import platform
import socket
from pathlib import Path

import psutil
import pytest

from grader.model.run import Outcome

pytestmark = pytest.mark.sandbox


def test_files_outside_cannot_be_read(walls, run, tmp_path):
    secret = tmp_path / "answers.txt"
    secret.write_text("42")
    end = run(walls, f"print(Path({str(secret)!r}).read_text())")
    assert end.outcome is Outcome.ERROR
    assert "FileNotFoundError" in end.stderr


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


def test_hidden_folders_are_covered_wherever_they_show(walls, run, tmp_path):
    data = tmp_path / "shown"
    (data / "holdout").mkdir(parents=True)
    (data / "holdout" / "labels").write_text("secret")
    (data / "train").write_text("public")
    code = """
        for place in (ROOT / "data", ROOT / "work" / "data"):
            assert (place / "train").read_text() == "public"
            print(os.listdir(place / "holdout"))
            try:
                (place / "holdout" / "x").write_text("x")
            except OSError:
                print("closed")
    """
    end = run(walls, code, inputs={"data": data}, hidden=(data / "holdout",))
    assert end.stdout == "[]\nclosed\n" * 2


def test_a_hidden_package_vanishes_but_an_input_taken_from_it_stays(walls, run):
    import pydantic

    package = Path(pydantic.__file__).parent
    code = f"print(os.listdir({str(package)!r}), len(os.listdir(ROOT / 'part')) > 0)"
    part = package / "_internal"
    end = run(walls, code, inputs={"part": part}, hidden=(package,))
    assert end.stdout == "[] True\n"


def test_there_is_no_network(walls, run):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        code = f"""
            import socket
            print([name for _, name in socket.if_nameindex()])
            for address in (("127.0.0.1", {port}), ("192.0.2.1", 80)):
                try:
                    socket.create_connection(address, timeout=2)
                    print("connected")
                except OSError:
                    pass
        """
        assert run(walls, code).stdout == "['lo']\n"


def test_loopback_works_inside(walls, run):
    code = """
        import socket
        server = socket.create_server(("localhost", 0))
        socket.create_connection(server.getsockname()).close()
        print("ok")
    """
    assert run(walls, code).stdout == "ok\n"


def test_the_caller_does_not_show_in_proc(walls, run, tmp_path, monkeypatch):
    monkeypatch.setenv("API_TOKEN", "s3cret")
    code = """
        for pid in filter(str.isdigit, os.listdir("/proc")):
            for name in ("environ", "cmdline"):
                print(pid, Path("/proc", pid, name).read_text())
        print(sorted(os.listdir("/proc/self/fd")))
    """
    end = run(walls, code)
    assert end.outcome is Outcome.OK
    assert "s3cret" not in end.stdout
    assert str(tmp_path) not in end.stdout
    assert "1 \n" in end.stdout
    assert end.stdout.endswith("['0', '1', '2', '3']\n")


def test_it_runs_as_nobody_in_particular(walls, run):
    code = """
        print(os.getuid(), os.getgroups() == [os.getgid()] or os.getgroups())
        status = Path("/proc/self/status").read_text()
        print([line for line in status.splitlines() if line.startswith("CapEff")])
    """
    end = run(walls, code)
    assert not end.stdout.startswith("0 ")
    assert "CapEff:\\t0000000000000000" in end.stdout


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has an identity to give up")
def test_root_gives_itself_up(walls, run):
    uids = []

    def watch():
        for process in psutil.Process().children(recursive=True):
            if "script/main.py" in " ".join(process.cmdline()):
                uids.append(process.uids().real)

    run(walls, "time.sleep(0.7)", watch=watch)
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


def test_files_in_memory_count_as_memory(walls, run):
    code = """
        for i in range(40):
            with open(f"/dev/shm/{i}", "wb") as file:
                file.write(bytes(10 * 1024 * 1024))
            time.sleep(0.05)
        time.sleep(1)
    """
    assert run(walls, code, disk_mb=512, memory_mb=150).outcome is Outcome.MEMORY


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


def test_a_box_that_cannot_start_is_our_fault(walls, run, monkeypatch):
    monkeypatch.setattr("grader.sandbox.box.ROOT", "/proc/box")
    end = run(walls, "print('never')")
    assert end.outcome is Outcome.FAULT
    assert end.detail.startswith("The sandbox did not start")


def test_an_interpreter_that_is_not_there_is_our_fault(walls, run, monkeypatch):
    monkeypatch.setattr("grader.sandbox.layout.command", lambda job, root: ("/nowhere/python",))
    assert run(walls, "").outcome is Outcome.FAULT
