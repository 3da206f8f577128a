"""What hostile jobs try to reach, set up on the host; whatever it hears or loses is an escape."""

import contextlib
import ctypes
import os
import secrets
import shutil
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

OTHER = 12345
"""A user that nobody is."""
SYSTEMS = ("su", "passwd", "mount", "newgrp", "chsh", "sudo")
VICTIM = """
import ctypes, sys, time
if sys.platform == "linux":
    # PR_SET_PTRACER_ANY: it does not ask for the protection that some systems give by default.
    ctypes.CDLL(None).prctl(0x59616D61, ctypes.c_ulong(-1))
print("ready", flush=True)
time.sleep(600)
"""


@dataclass
class Trap:
    """A folder open to everyone with a secret in it, listeners, and a process to attack.

    ``held`` says where in the memory of a process the secret stands.
    """

    folder: Path
    secret: str
    tcp: int
    udp: int
    victim: subprocess.Popen[bytes]
    held: dict[int, int]
    nice: int = field(default_factory=lambda: os.getpriority(os.PRIO_PROCESS, 0))
    heard: list[str] = field(default_factory=list)

    @property
    def file(self) -> Path:
        """The file that nobody inside may read, change or remove."""
        return self.folder / "secret.txt"

    @property
    def path(self) -> str:
        """The socket with a path that nobody inside may connect to."""
        return str(self.folder / "socket")

    def intact(self) -> bool:
        """Whether everything is as it was."""
        status = self.file.stat()
        return (
            self.file.read_text() == self.secret
            and (status.st_mode & 0o777, status.st_mtime) == (0o644, 1_000_000_000)
            and sorted(path.name for path in self.folder.iterdir()) == ["secret.txt", "socket"]
            and self.victim.poll() is None
            and os.getpriority(os.PRIO_PROCESS, self.victim.pid) == self.nice
            and not self.heard
        )

    def names(self) -> str:
        """Python source that tells an attack where all this is."""
        facts = {
            "FOLDER": str(self.folder),
            "FILE": str(self.file),
            "SECRET": self.secret,
            "TCP": self.tcp,
            "UDP": self.udp,
            "SOCKET": self.path,
            "ABSTRACT": "\0" + self.secret[:8],
            "VICTIM": self.victim.pid,
            "HOST": os.getpid(),
            "HELD": self.held,
            "SET_USER_ID": set_user_id_programs(),
        }
        return "\n".join(f"{name} = {value!r}" for name, value in facts.items())


@contextlib.contextmanager
def trap(folder: Path) -> Iterator[Trap]:
    """Set everything up in ``folder``, which is made."""
    folder.mkdir()
    secret = secrets.token_hex(8)
    with contextlib.ExitStack() as stack:
        tcp = _listener(stack, socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0))
        udp = _listener(stack, socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0))
        by_path = _listener(stack, socket.AF_UNIX, socket.SOCK_STREAM, str(folder / "socket"))
        by_name = _listener(stack, socket.AF_UNIX, socket.SOCK_STREAM, "\0" + secret[:8])
        victim = _victim(stack, secret)
        kept = ctypes.create_string_buffer(secret.encode())
        stack.callback(bytes, kept)  # alive until then
        held = {victim.pid: _last_argument(victim.pid, secret), os.getpid(): ctypes.addressof(kept)}
        found = Trap(folder, secret, tcp.getsockname()[1], udp.getsockname()[1], victim, held)
        found.file.write_text(secret)
        os.utime(found.file, (1_000_000_000, 1_000_000_000))
        os.chmod(found.file, 0o644)
        for path in (folder, folder / "socket"):
            path.chmod(0o777)
        for name, listener in (("tcp", tcp), ("udp", udp), ("path", by_path), ("name", by_name)):
            threading.Thread(target=_hear, args=(found, name, listener), daemon=True).start()
        yield found


def _victim(stack: contextlib.ExitStack, secret: str) -> "subprocess.Popen[bytes]":
    victim = subprocess.Popen(
        [sys.executable, "-c", VICTIM, secret], env={"TOKEN": secret}, stdout=subprocess.PIPE
    )
    stack.enter_context(victim)
    stack.callback(victim.kill)
    assert victim.stdout is not None
    assert victim.stdout.readline() == b"ready\n"
    return victim


def _last_argument(pid: int, argument: str) -> int:
    """Where a process keeps its last argument (``arg_end`` in proc(5)); 0 if nobody says."""
    if sys.platform != "linux":
        return 0
    fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
    return int(fields[46]) - len(argument) - 1


def set_user_id_programs() -> list[str]:
    """Programs of this machine that run with another user's rights, and that everybody may read.

    One that cannot be read says nothing of itself to whoever started it.
    """
    found = (shutil.which(name, path="/usr/bin:/bin") for name in SYSTEMS)
    modes = {path: os.stat(path).st_mode for path in found if path}
    wanted = stat.S_ISUID | stat.S_IROTH
    return [path for path, mode in modes.items() if mode & wanted == wanted]


def set_user_id_copy(target: Path) -> None:
    """Copy a program that anybody may run with the rights of another user: as root, of nobody's."""
    shutil.copyfile("/bin/ls", target)
    if os.geteuid() == 0:
        os.chown(target, OTHER, OTHER)
    target.chmod(0o4755)


def _listener(
    stack: contextlib.ExitStack, family: int, kind: int, address: tuple[str, int] | str
) -> socket.socket:
    server = stack.enter_context(socket.socket(family, kind))
    server.bind(address)
    if kind == socket.SOCK_STREAM:
        server.listen()
    return server


def _hear(found: Trap, name: str, server: socket.socket) -> None:
    with contextlib.suppress(OSError):
        if server.type == socket.SOCK_DGRAM:
            server.recv(100)
        else:
            server.accept()[0].close()
        found.heard.append(name)
