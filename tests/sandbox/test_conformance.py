"""What a hostile job tries, at every level that promises to keep it inside.

Each test is a row of the table in ``docs/security.md``. An attack prints ``ESCAPED`` where it got
what it wanted; besides, the host's traps must be untouched and the run must end in time.
"""

import os
import platform
import textwrap
import time
from pathlib import Path

import psutil
import pytest
import table
from attacks import ATTACKS, TRY, facts

from grader.model.run import Outcome


def assert_contained(end, trap, limit_s=20.0):
    assert "ESCAPED" not in end.stdout
    assert end.outcome is not Outcome.FAULT, end.detail
    assert end.wall_s < limit_s + 5
    assert trap.intact(), trap.heard
    for folder in ("/dev/shm", "/tmp", "/var/tmp"):
        assert not Path(folder, "escaped").exists()


@pytest.mark.skipif(
    platform.machine() != "x86_64", reason="numbers of system calls are x86-64 ones"
)
@pytest.mark.parametrize("name", ATTACKS)
def test_attack(walls, run, trap, name, set_user_id, request):
    request.node.user_properties.append(("attack", name))
    head = facts(trap, private_ipc=walls.level == 3)
    number = os.open(trap.file, os.O_RDONLY)
    os.set_inheritable(number, True)
    try:
        end = run(walls, ATTACKS[name], head=head)
    finally:
        os.close(number)
    assert end.outcome is Outcome.OK, end.stderr
    assert_contained(end, trap)


ROWS = list(ATTACKS)


def attack(name):
    """Name the row of the table that a test of its own is."""
    ROWS.append(name)
    return pytest.mark.attack(name)


# Uses up threads and processes until whoever answers for it cannot, then answers itself.
TAKE_OVER = """
    import struct, threading, fcntl
    class Prog(ctypes.Structure):
        _fields_ = [("len", ctypes.c_ushort), ("filter", ctypes.c_char_p)]
    server = socket.socket(socket.AF_UNIX)
    server.bind("full")
    server.listen(0)
    def crowd():
        with contextlib.suppress(OSError):
            socket.socket(socket.AF_UNIX).connect("full")
        time.sleep(30)
    children = []
    with contextlib.suppress(OSError, RuntimeError):
        for _ in range(400):
            threading.Thread(target=crowd, daemon=True).start()
    with contextlib.suppress(OSError):
        while len(children) < 400:
            pid = os.fork()
            if pid == 0:
                time.sleep(30)
                os._exit(0)
            children.append(pid)
    with contextlib.suppress(OSError):
        os.chmod("nothing", 0)
    for pid in children:
        os.kill(pid, 9)
    time.sleep(0.3)
    # BPF: load the number of the call; if it is connect (42), ask the listener; else allow.
    program = b"".join(struct.pack("=HBBI", *line) for line in (
        (0x20, 0, 0, 0), (0x15, 0, 1, 42), (0x06, 0, 0, 0x7FC00000), (0x06, 0, 0, 0x7FFF0000)))
    prog = Prog(4, program)
    own = libc.syscall(317, ctypes.c_ulong(1), ctypes.c_ulong(8), ctypes.byref(prog))
    if own >= 0:
        def go_on():
            question = bytearray(80)
            fcntl.ioctl(own, 0xC0502100, question)
            identity = struct.unpack_from("=Q", question)[0]
            fcntl.ioctl(own, 0xC0182101, struct.pack("=QqiI", identity, 0, 0, 1))
        with contextlib.suppress(RuntimeError):
            threading.Thread(target=go_on, daemon=True).start()
    attempt(lambda: connects(socket.AF_UNIX, socket.SOCK_STREAM, SOCKET))
    os._exit(0)
"""


@pytest.mark.skipif(platform.machine() != "x86_64", reason="numbers are x86-64 ones")
@attack("takes the place of whoever answers for it")
def test_nobody_else_answers(walls, run, trap):
    code = textwrap.dedent(TAKE_OVER)
    end = run(walls, code, head=trap.names() + TRY, wall_s=12, processes=150)
    assert_contained(end, trap, 12)


@attack("fills the disk")
def test_the_disk_cannot_be_filled(walls, run, trap, tmp_path):
    code = """
        for folder in (ROOT / "work", Path(os.environ["TMPDIR"]), OUT, Path("/dev/shm")):
            try:
                for i in range(400):
                    (folder / str(i)).write_bytes(bytes(1024 * 1024))
                    time.sleep(0.002)
                print("ESCAPED")
            except OSError:
                pass
    """
    assert_contained(run(walls, code, disk_mb=16), trap)


@attack("hides what it writes in folders that cannot be listed")
def test_hidden_folders_are_counted(walls, run, trap):
    code = """
        for top in (ROOT / "work", Path(os.environ["TMPDIR"]), OUT):
            os.mkdir(top / "hidden", 0o300)
        for i in range(200):
            for top in (ROOT / "work", Path(os.environ["TMPDIR"]), OUT):
                try:
                    (top / "hidden" / str(i)).write_bytes(bytes(1024 * 1024))
                except OSError:
                    sys.exit(0)
            time.sleep(0.01)
        time.sleep(1)
        print("ESCAPED")
    """
    assert_contained(run(walls, code, disk_mb=16), trap)


UNNAMED = """
    kept = []
    for i in range(100):
        try:
            kept.append(open(ROOT / "work" / "file", "wb"))
            os.unlink(ROOT / "work" / "file")
            kept[-1].write(bytes(2 * 1024 * 1024))
            kept[-1].flush()
        except OSError:
            sys.exit(0)
        time.sleep(0.01)
    time.sleep(1)
    print("ESCAPED")
"""


@attack("keeps files without a name open")
def test_unnamed_files_are_counted(walls, run, trap):
    assert_contained(run(walls, UNNAMED, disk_mb=16), trap)


@attack("takes memory in a thread that outlives the first")
def test_memory_of_a_process_whose_first_thread_ended_is_counted(walls, run, trap):
    code = """
        import ctypes, threading
        def hoard():
            time.sleep(0.2)
            kept = [bytearray(os.urandom(4096) * 2560) for _ in range(60)]
            time.sleep(2)
            os.write(1, b"ESCAPED")
            os._exit(0)
        threading.Thread(target=hoard).start()
        ctypes.CDLL(None).syscall(60, 0)  # exit: this thread alone
    """
    end = run(walls, code, memory_mb=200)
    assert end.outcome is Outcome.MEMORY
    assert_contained(end, trap)


@attack("takes memory in a process that hides from its own user")
def test_memory_of_a_process_that_hides_is_counted(walls, run, trap):
    code = """
        import ctypes
        if os.fork():
            os.wait()
        else:
            ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)  # not dumpable: nobody of its user may look
            kept = [bytearray(os.urandom(4096) * 2560) for _ in range(60)]
            time.sleep(2)
            os.write(1, b"ESCAPED")
    """
    assert_contained(run(walls, code, memory_mb=200), trap)


@attack("keeps files without a name open in a process that hides")
def test_unnamed_files_of_a_process_that_hides_are_counted(walls, run, trap):
    hide = "    import ctypes; ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)\n"
    assert_contained(run(walls, hide + UNNAMED.lstrip("\n"), disk_mb=16), trap)


@attack("uses up inodes")
def test_inodes_cannot_be_used_up(walls, run, trap):
    code = """
        for i in range(1_000_000):
            (ROOT / "work" / str(i)).touch()
        print("ESCAPED")
    """
    end = run(walls, code, wall_s=60, files=3000)
    assert_contained(end, trap, 60)
    assert "3,000 temporary files" in end.detail


@attack("forks without end")
def test_a_fork_bomb_is_contained(walls, run, trap):
    code = """
        while True:
            try:
                os.fork()
            except OSError:
                time.sleep(0.01)
    """
    end = run(walls, code, wall_s=2, processes=60)
    assert end.outcome is Outcome.TIMEOUT
    assert_contained(end, trap, 2)


@attack("takes all memory")
def test_private_memory_is_limited(walls, run, trap):
    code = """
        hoard = []
        while True:
            hoard.append(bytearray(os.urandom(4096) * 2560))
            time.sleep(0.005)
    """
    end = run(walls, code, memory_mb=200)
    assert end.outcome is Outcome.MEMORY
    assert_contained(end, trap)


@attack("takes all memory as shared memory, in many processes")
def test_shared_memory_is_limited(walls, run, trap):
    code = """
        import mmap
        for _ in range(4):
            os.fork()
        areas = []
        while True:
            areas.append(mmap.mmap(-1, 4 * 1024 * 1024))
            areas[-1].write(os.urandom(4096) * 1024)
            time.sleep(0.01)
    """
    end = run(walls, code, memory_mb=300)
    assert end.outcome is Outcome.MEMORY
    assert_contained(end, trap)


@attack("ignores every signal it can")
def test_ignoring_signals_does_not_help(walls, run, trap):
    code = """
        import signal
        for number in range(1, 65):
            try:
                signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError):
                pass
        while True:
            time.sleep(1)
    """
    end = run(walls, code, wall_s=1)
    assert end.outcome is Outcome.TIMEOUT
    assert_contained(end, trap, 1)


RUNAWAY = """
    import signal
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for number in (0, 1, 2):
                os.dup2(os.open(os.devnull, os.O_RDWR), number)
            for number in (signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            while True:
                (OUT / "alive").write_text(str(time.monotonic()))
                {again}
                time.sleep(0.01)
        os._exit(0)
    time.sleep(0.3)
    {last}
"""


@pytest.mark.parametrize(
    ("again", "last"),
    [
        pytest.param("", "sys.exit(0)", marks=attack("leaves a daemon behind")),
        pytest.param(
            "os._exit(0) if os.fork() else os.setsid()",
            "sys.exit(0)",
            marks=attack("leaves a daemon behind that forks on and on"),
        ),
        pytest.param(
            "os._exit(0) if os.fork() else os.setsid()",
            "time.sleep(60)",
            marks=attack("is stopped while a daemon forks on and on"),
        ),
    ],
)
def test_nothing_outlives_a_run(walls, run, trap, outbox, again, last):
    end = run(walls, RUNAWAY.format(again=again, last=last), wall_s=2)
    assert_contained(end, trap, 2)
    seen = (outbox / "alive").read_text()
    time.sleep(0.3)
    assert (outbox / "alive").read_text() == seen


@attack("prints ten gigabytes")
def test_a_flood_of_output_is_cut(walls, run, trap):
    code = """
        line = "x" * (1024 * 1024)
        for _ in range(10 * 1024):
            print(line)
        (OUT / "finished").touch()
    """
    before = psutil.Process().memory_info().rss
    end = run(walls, code, output_mb=8)
    assert end.outcome is Outcome.OUTPUT
    assert psutil.Process().memory_info().rss - before < 30 * 1024 * 1024
    assert_contained(end, trap)


def test_the_page_shows_every_attack():
    assert table.attacks(table.PAGE.read_text()) == ROWS
