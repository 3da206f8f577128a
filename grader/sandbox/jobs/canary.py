"""Tries to get out, and writes down every way that worked. Standard library only.

Runs inside a sandbox as ``canary.py ROOT``. ``ROOT/trap/trap.json`` says what to try to reach.
"""

import contextlib
import ctypes
import errno
import glob
import json
import os
import platform
import socket
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(sys.argv[-1])
TRAP = json.loads((ROOT / "trap" / "trap.json").read_text())
NUMBERS = {
    "x86_64": {"keyctl": 250, "bpf": 321, "perf_event_open": 298, "io_uring_setup": 425},
    "aarch64": {"keyctl": 219, "bpf": 280, "perf_event_open": 241, "io_uring_setup": 425},
}.get(platform.machine(), {})
CLONE_NEWUSER = 0x10000000


def reads(path: str) -> bool:
    """Whether the file holds our secret."""
    return TRAP["secret"] in Path(path).read_text(errors="replace")


def writes(folder: str | Path) -> bool:
    """Whether a file can be made in a folder."""
    (Path(folder) / "escaped").write_text("escaped")
    return True


def shows(pattern: str, text: str) -> bool:
    """Whether a file that matches, of any process we see, holds ``text``."""
    for name in glob.glob(pattern):
        with contextlib.suppress(OSError):
            if text in Path(name).read_text(errors="replace"):
                return True
    return False


def connects(family: int, address: tuple[str, int] | str) -> bool:
    """Whether a listener of the host answers."""
    with socket.socket(family, socket.SOCK_STREAM) as client:
        client.settimeout(2)
        client.connect(address)
    return True


def opens_family(name: str) -> bool:
    """Whether a socket of a family that no run needs can be made."""
    socket.socket(getattr(socket, name), socket.SOCK_STREAM).close()
    return True


def has_call(name: str) -> bool:
    """Whether a system call is let through to the kernel, whatever it says to nonsense."""
    libc = ctypes.CDLL(None, use_errno=True)
    if name not in NUMBERS:
        return False
    nothing = ctypes.c_long(0)
    result = libc.syscall(ctypes.c_long(NUMBERS[name]), nothing, ctypes.c_long(-3), nothing)
    return bool(result >= 0) or ctypes.get_errno() not in (errno.EPERM, errno.ENOSYS, errno.EACCES)


def unshares() -> bool:
    """Whether a new user namespace can be entered; last, since it changes this process."""
    return bool(ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWUSER) == 0)


ATTEMPTS: dict[str, Callable[[], bool]] = {
    "reads a file outside": lambda: reads(TRAP["file"]),
    "writes to a folder outside": lambda: writes(TRAP["folder"]),
    "reads a hidden folder": lambda: reads(str(ROOT / "trap" / "hidden" / "secret")),
    "writes to its inputs": lambda: writes(ROOT / "trap"),
    "sees the caller's environment": lambda: shows("/proc/[0-9]*/environ", TRAP["secret"]),
    "sees the caller's command line": lambda: shows("/proc/[0-9]*/cmdline", TRAP["folder"]),
    "inherits environment variables": lambda: TRAP["variable"] in os.environ,
    "sees processes outside": lambda: len(glob.glob("/proc/[0-9]*")) > 8,
    "has open descriptors": lambda: len(os.listdir("/proc/self/fd")) > 4,
    "runs as root": lambda: os.getuid() == 0,
    "has a network interface": lambda: [n for _, n in socket.if_nameindex()] != ["lo"],
    "connects to the host": lambda: connects(socket.AF_INET, ("127.0.0.1", TRAP["port"])),
    "connects to an abstract socket": lambda: connects(socket.AF_UNIX, "\0" + TRAP["abstract"]),
    "opens AF_VSOCK": lambda: opens_family("AF_VSOCK"),
    "opens AF_ALG": lambda: opens_family("AF_ALG"),
    "calls keyctl": lambda: has_call("keyctl"),
    "calls bpf": lambda: has_call("bpf"),
    "calls perf_event_open": lambda: has_call("perf_event_open"),
    "calls io_uring_setup": lambda: has_call("io_uring_setup"),
    "makes a user namespace": unshares,
}


def escapes() -> list[str]:
    """Make every attempt; an error is a failed attempt."""
    worked = []
    for name, attempt in ATTEMPTS.items():
        with contextlib.suppress(Exception):
            if attempt():
                worked.append(name)
    return worked


if __name__ == "__main__":
    (ROOT / "outbox" / "canary.json").write_text(json.dumps(escapes()))
