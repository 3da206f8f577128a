"""What a hostile job tries, as programs, and what they get where nothing contains them."""

from pathlib import Path

from traps import Trap

COURSE = Path(__file__).parent.parent.parent
TRY = """
import contextlib, ctypes, glob, mmap, resource, signal, socket, subprocess
libc = ctypes.CDLL(None, use_errno=True)
def attempt(what, way=""):
    with contextlib.suppress(OSError, ValueError):
        if what():
            print("ESCAPED", way, flush=True)
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
            for name in ("environ", "cmdline", "maps", "root", "cwd"):
                way = f"/proc/{pid}/{name}"
                attempt(lambda: SECRET in open(way, errors="replace").read(), name)
                attempt(lambda: SECRET in Path(f"{way}{FILE}").read_text(), name)
        def memory(pid, address):
            with open(f"/proc/{pid}/mem", "rb", buffering=0) as file:
                return os.pread(file.fileno(), len(SECRET), address).decode() == SECRET
        for pid, address in HELD.items():
            attempt(lambda: memory(pid, address), "mem")
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
        class Part(ctypes.Structure):
            _fields_ = [("start", ctypes.c_void_p), ("size", ctypes.c_size_t)]
        kept = ctypes.create_string_buffer(len(SECRET))
        one = ctypes.c_ulong(1)
        def moves(call, pid, address):
            mine, theirs = (Part(at, len(SECRET)) for at in (ctypes.addressof(kept), address))
            return call(pid, ctypes.byref(mine), one, ctypes.byref(theirs), one, ctypes.c_ulong(0))
        for pid, address in HELD.items():
            size = lambda: moves(libc.process_vm_readv, pid, address)
            attempt(lambda: size() == len(SECRET) and kept.raw == SECRET.encode(), "reads")
            kept.raw = SECRET.encode()  # what stands there anyway
            attempt(lambda: moves(libc.process_vm_writev, pid, address) == len(SECRET), "writes")
            kept.raw = bytes(len(SECRET))
        for pid in (VICTIM, HOST, os.getppid()):
            attempt(lambda: libc.ptrace(0x4206, pid, 0, 0) == 0, "traces")  # PTRACE_SEIZE
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
        _, full = os.pipe()
        os.set_blocking(full, False)
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(full, bytes(4096))
        os.set_blocking(full, True)
        def users(pid):
            try:
                status = Path(f"/proc/{pid}/status").read_text()
            except OSError:  # then whose the folder is tells as much
                return {os.stat(f"/proc/{pid}").st_uid}
            return set(map(int, status.split("Uid:")[1].splitlines()[0].split()))
        def becomes_somebody(program):
            # What it prints has nowhere to go, so it is still there to be looked at.
            words = [program, "--help"]
            with subprocess.Popen(words, stdin=-3, stdout=full, stderr=full) as started:
                time.sleep(0.3)
                try:
                    return started.poll() is None and users(started.pid) != {os.getuid()}
                finally:
                    started.kill()
        for program in (ROOT / "script" / "other", *SET_USER_ID):
            attempt(lambda: becomes_somebody(program), "program")
    """,
}

CONTROLS: dict[str, tuple[str, ...]] = {
    "reads a file outside": (),
    "lists a folder outside": (),
    "reads the course, its rubrics and solutions": (),
    "reads through a link it makes": (),
    "reads environment, command line and memory of other processes": (
        *("environ", "cmdline", "mem", "root"),
    ),
    "removes, renames or truncates a file outside": (),
    "connects to a TCP port of the host": (),
    "connects to a Unix socket outside": (),
    "connects to an abstract socket of the host": (),
    "traces or reads another process": ("reads", "writes", "traces"),
    "reads attributes of a file outside": (),
    "gains rights by a set-user-id program": (),
}
"""Attacks that succeed without harm at level 0, and the ways in which they do."""

HEARD = (
    "changes mode, owner, times or attributes of a file outside",
    "sends UDP to the host",
    "connects to a Unix socket outside, changing the address meanwhile",
)
"""The same for attacks of which only the host's traps tell."""

KERNEL = (
    "opens AF_VSOCK, AF_ALG, AF_PACKET or raw netlink",
    "uses keyrings",
    "uses io_uring",
    "uses bpf, perf or userfaultfd",
    "changes flags of its inputs through an ioctl",
    "holds up others by a lease, or watches what they open",
)
"""The same for calls that a kernel, a file system or a container may refuse to everybody."""

UNCONTROLLED = {
    "inherits a descriptor": "level 0 hands none on either",
    "writes a file outside": "it would write below /etc and /dev",
    "changes its own inputs or the interpreter": "it would change this interpreter",
    "leaves a file in shared memory": "it would stay in that of this machine",
    "asks the DNS": "it needs a network",
    "signals other processes": "it would kill these tests",
    "changes limits or priorities of other processes": "it would slow down all of this user's",
    "makes namespaces or mounts": "as root it would cover /tmp",
    "shares memory, queues or semaphores of System V or POSIX": "they would stay in the kernel",
}
"""Attacks that nothing shows to work elsewhere, and why."""


def facts(trap: Trap, *, private_ipc: bool) -> str:
    """What stands before every attack: where things are, and the means to try it."""
    return f"{trap.names()}\nCOURSE = {str(COURSE)!r}\nPRIVATE_IPC = {private_ipc}\n{TRY}"
