"""What a hostile job tries, at every level that promises to keep it inside.

Each test is a row of the table in ``docs/security.md``. An attack prints ``ESCAPED`` where it got
what it wanted; besides, the host's traps must be untouched and the run must end in time.
"""

import errno
import os
import platform
import sys
import textwrap
import time
from pathlib import Path

import psutil
import pytest
import table

from grader.model.run import Outcome
from grader.sandbox.plain import Plain

COURSE = Path(__file__).parent.parent.parent
TRY = """
import contextlib, ctypes, glob, mmap, resource, signal, socket, subprocess
libc = ctypes.CDLL(None, use_errno=True)
def attempt(what):
    with contextlib.suppress(OSError, ValueError):
        if what():
            print("ESCAPED", flush=True)
def call(number, *arguments):
    result = libc.syscall(number, *(ctypes.c_long(value) for value in arguments))
    return result >= 0 or ctypes.get_errno() not in (1, 13, 38)  # EPERM, EACCES, ENOSYS
def connects(family, kind, address):
    with socket.socket(family, kind) as client:
        client.settimeout(2)
        client.connect(address)
        with contextlib.suppress(OSError):
            client.send(b"x")
    return True
"""

ATTACKS = {
    "reads a file outside": "attempt(lambda: SECRET in Path(FILE).read_text())",
    "lists a folder outside": "attempt(lambda: os.listdir(FOLDER))",
    "reads the course, its rubrics and solutions": """
        for name in ("rubrics/lab1.yaml", "reference/lab1_mnist_mlp.py", "rubrics/baselines"):
            attempt(lambda: Path(COURSE, name).read_text())
            attempt(lambda: os.listdir(Path(COURSE, name)))
    """,
    "reads through a link it makes": """
        os.symlink(FILE, "link")
        attempt(lambda: SECRET in Path("link").read_text())
        attempt(lambda: os.link(FILE, "hard") or SECRET in Path("hard").read_text())
    """,
    "reads environment, command line and memory of other processes": """
        for pid in (VICTIM, HOST, os.getppid(), 1):
            for name in ("environ", "cmdline", "maps", "mem", "root", "cwd"):
                attempt(lambda: SECRET in open(f"/proc/{pid}/{name}", errors="replace").read())
                attempt(lambda: SECRET in Path(f"/proc/{pid}/{name}{FILE}").read_text())
    """,
    "inherits a descriptor": """
        for number in range(3, 256):
            attempt(lambda: os.fstat(number) and not os.set_inheritable(number, False)
                    and os.readlink(f"/proc/self/fd/{number}").startswith("/"))
            attempt(lambda: SECRET in os.pread(number, 100, 0).decode(errors="replace"))
    """,
    "writes a file outside": """
        for name in (f"{FOLDER}/escaped", FILE, "/var/tmp/escaped", "/dev/escaped", "/etc/escaped"):
            attempt(lambda: open(name, "a").write("x"))
        with contextlib.suppress(OSError):
            Path("/tmp/escaped").write_text("x")  # the host looks whether it is there
    """,
    "removes, renames or truncates a file outside": """
        attempt(lambda: os.remove(FILE) is None)
        attempt(lambda: os.rename(FILE, FILE + ".old") is None)
        attempt(lambda: os.rename(FILE, "mine") is None)
        attempt(lambda: os.truncate(FILE, 0) is None)
        attempt(lambda: os.mkdir(Path(FOLDER, "escaped")) is None)
    """,
    "changes mode, owner, times or attributes of a file outside": """
        for change in (
            lambda: os.chmod(FILE, 0o600), lambda: os.utime(FILE), lambda: os.chmod(FOLDER, 0),
            lambda: os.setxattr(FILE, "user.x", b"x"), lambda: os.chown(FILE, os.getuid(), -1),
        ):
            with contextlib.suppress(OSError):
                change()  # the host looks whether it did anything
    """,
    "changes its own inputs or the interpreter": """
        for place in (ROOT / "script", Path(sys.prefix), Path(os.__file__).parent):
            attempt(lambda: Path(place, "escaped").write_text("x"))
        attempt(lambda: os.remove(ROOT / "script" / "main.py") is None)
    """,
    "leaves a file in shared memory": """
        with contextlib.suppress(OSError):
            Path("/dev/shm", "escaped").write_text("x")  # the host looks whether it is there
    """,
    "connects to a TCP port of the host": """
        attempt(lambda: connects(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", TCP)))
    """,
    "sends UDP to the host": """
        attempt(lambda: connects(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", UDP)) and False)
    """,
    "asks the DNS": """
        attempt(lambda: socket.getaddrinfo("example.org", 80))
        attempt(lambda: connects(socket.AF_INET, socket.SOCK_DGRAM, ("192.0.2.1", 53)))
    """,
    "connects to a Unix socket outside": """
        attempt(lambda: connects(socket.AF_UNIX, socket.SOCK_STREAM, SOCKET))
        os.symlink(FOLDER, "door")
        os.symlink(SOCKET, "window")
        for way in ("door/socket", "window", str(ROOT / "work" / "door" / "socket")):
            attempt(lambda: connects(socket.AF_UNIX, socket.SOCK_STREAM, way))
        attempt(lambda: socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"x", SOCKET))
    """,
    "connects to a Unix socket outside, changing the address meanwhile": """
        import threading
        good, bad = str(ROOT / "work" / "mine"), SOCKET
        server = socket.socket(socket.AF_UNIX)
        server.bind(good)
        server.listen(100)
        address = ctypes.create_string_buffer(110)
        def put(path):
            ctypes.memmove(address, b"\\1\\0" + path.encode() + b"\\0", len(path) + 3)
        def swap():
            while True:
                put(bad)
                put(good)
        threading.Thread(target=swap, daemon=True).start()
        until = time.monotonic() + 1.5
        while time.monotonic() < until:
            client = socket.socket(socket.AF_UNIX)
            libc.connect(client.fileno(), address, 110)
            client.close()
            server.setblocking(False)
            with contextlib.suppress(OSError):
                server.accept()[0].close()
    """,
    "connects to an abstract socket of the host": """
        attempt(lambda: connects(socket.AF_UNIX, socket.SOCK_STREAM, ABSTRACT))
    """,
    "opens AF_VSOCK, AF_ALG, AF_PACKET or raw netlink": """
        for family, kind in ((40, 1), (38, 5), (17, 3), (16, 3)):
            attempt(lambda: socket.socket(family, kind, 0 if family != 16 else 12).fileno())
    """,
    "signals other processes": """
        for pid in (VICTIM, HOST, os.getppid()):
            attempt(lambda: os.kill(pid, signal.SIGKILL) is None and pid != os.getppid())
        attempt(lambda: os.kill(-1, signal.SIGUSR1) and False)
    """,
    "traces or reads another process": """
        buffer = ctypes.create_string_buffer(8)
        for pid in (VICTIM, HOST, os.getppid()):
            attempt(lambda: libc.ptrace(16, pid, 0, 0) == 0)
            attempt(lambda: libc.process_vm_readv(pid, buffer, 1, buffer, 1, 0) > 0)
    """,
    "changes limits or priorities of other processes": """
        attempt(lambda: resource.prlimit(VICTIM, resource.RLIMIT_NOFILE, (5, 5)))
        attempt(lambda: os.setpriority(os.PRIO_PROCESS, VICTIM, 19) is None)
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_USER, 0, 7)  # the host looks at its victim
        with contextlib.suppress(OSError):
            os.sched_setaffinity(VICTIM, {0})
    """,
    "uses keyrings": """
        attempt(lambda: call(250, 0, -3, 1))
        attempt(lambda: call(248, 0, 0, 0, 0, -3))
    """,
    "uses io_uring": "attempt(lambda: call(425, 1, 0)); attempt(lambda: call(426, 0, 0, 0, 0, 0))",
    "uses bpf, perf or userfaultfd": """
        for number in (321, 298, 323):
            attempt(lambda: call(number, 0, 0, 0, 0, 0))
    """,
    "changes flags of its inputs through an ioctl": """
        import fcntl
        number = os.open(ROOT / "script" / "main.py", os.O_RDONLY)
        attempt(lambda: fcntl.ioctl(number, 0x40086602, (0x80).to_bytes(8, "little")))
        attempt(lambda: fcntl.ioctl(number, 0x40086602 | 1 << 40, (0x80).to_bytes(8, "little")))
    """,
    "holds up others by a lease, or watches what they open": """
        import fcntl
        number = os.open(ROOT / "script" / "main.py", os.O_RDONLY)
        if not PRIVATE_IPC:
            attempt(lambda: fcntl.fcntl(number, fcntl.F_SETLEASE, fcntl.F_WRLCK) == 0)
            attempt(lambda: fcntl.fcntl(os.open("/usr/bin", 0), fcntl.F_NOTIFY, 1) == 0)
    """,
    "reads attributes of a file outside": "attempt(lambda: os.listxattr(FILE) is not None)",
    "makes namespaces or mounts": """
        attempt(lambda: libc.unshare(0x10000000) == 0)
        attempt(lambda: libc.syscall(56, 0x10000000 | 17, 0, 0, 0, 0) > 0)
        attempt(lambda: libc.mount(b"none", b"/tmp", b"tmpfs", 0, 0) == 0)
        attempt(lambda: os.chroot(".") is None)
    """,
    "shares memory, queues or semaphores of System V or POSIX": """
        attempt(lambda: libc.shmget(1, 4096, 0o1666) >= 0)
        if not PRIVATE_IPC:
            attempt(lambda: libc.msgget(1, 0o1666) >= 0)
            attempt(lambda: libc.semget(1, 1, 0o1666) >= 0)
            attempt(lambda: libc.mq_open(b"/escaped", 0o100, 0o666, 0) >= 0)
    """,
    "gains rights by a set-user-id program": """
        attempt(lambda: libc.prctl(39, 0, 0, 0, 0) == 0)  # PR_GET_NO_NEW_PRIVS
        attempt(lambda: os.setuid(0) is None)
    """,
}


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
def test_attack(walls, run, trap, name, request):
    request.node.user_properties.append(("attack", name))
    facts = f"{trap.names()}\nCOURSE = {str(COURSE)!r}\nPRIVATE_IPC = {walls.level == 3}\n"
    number = os.open(trap.file, os.O_RDONLY)
    os.set_inheritable(number, True)
    try:
        end = run(walls, ATTACKS[name], head=facts + TRY)
    finally:
        os.close(number)
    assert end.outcome is Outcome.OK, end.stderr
    assert_contained(end, trap)


HARMLESS = (
    "reads a file outside",
    "lists a folder outside",
    "reads the course, its rubrics and solutions",
    "reads through a link it makes",
    "reads environment, command line and memory of other processes",
    "connects to a TCP port of the host",
    "connects to a Unix socket outside",
    "connects to an abstract socket of the host",
    "gains rights by a set-user-id program",
)
"""Attacks that may succeed without harm to the machine that runs the tests."""


@pytest.mark.skipif(sys.platform != "linux", reason="the attacks are Linux's")
@pytest.mark.parametrize("name", HARMLESS)
def test_an_attack_succeeds_where_nothing_contains_it(run, trap, name):
    facts = f"{trap.names()}\nCOURSE = {str(COURSE)!r}\nPRIVATE_IPC = True\n"
    assert "ESCAPED" in run(Plain(), ATTACKS[name], head=facts + TRY).stdout


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
    end = run(walls, code, head=trap.names() + TRY, wall_s=25, processes=150)
    assert_contained(end, trap, 25)


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


@attack("keeps files without a name open")
def test_unnamed_files_are_counted(walls, run, trap):
    code = """
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
    assert_contained(run(walls, code, disk_mb=16), trap)


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


def test_what_level_2_shows_is_what_it_says(walls, run, trap):
    if walls.level != 2:
        pytest.skip("level 3 shows none of it")
    file = COURSE / "README.md"
    code = f"""
        print(os.stat({str(file)!r}).st_size)
        try:
            os.kill({trap.victim.pid}, 0)
        except OSError as error:
            print(error.errno)
    """
    assert run(walls, code).stdout == f"{file.stat().st_size}\n{errno.EPERM}\n"
    said = " ".join(walls.holes())
    assert "its size" in said
    assert "a process outside exists" in said


def test_the_page_shows_every_attack():
    assert table.attacks(table.PAGE.read_text()) == ROWS
