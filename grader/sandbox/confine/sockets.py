"""Decides which sockets a job may connect to, and connects them itself.

Theory of operation. Landlock before its ninth version cannot forbid a connection to a socket that
has a path, and behind such sockets are Docker, D-Bus and with them the whole account. Seccomp sees
only the address of an address, which a second thread could change after a look. So ``connect``
stops in the kernel and asks this process, which copies the address once, decides, duplicates the
caller's socket and connects the duplicate: what was looked at is what is used. A path must lie
below one of the job's own folders; it is opened without following links and connected to through
that descriptor. A name without a path is left to the kernel: this process lives in a domain that
reaches no such socket outside.
"""

import ctypes
import errno
import os
import struct
from collections.abc import Callable

from grader.sandbox import system

_UNIX = 1
_LONGEST = 110
"""Of a ``sockaddr_un``: two bytes of family, 108 of path."""


class Sockets:
    """Connects to what lies below ``folders``, which are the job's own."""

    def __init__(self, folders: tuple[str, ...]) -> None:
        self._folders = [(os.path.realpath(folder), _open(folder)) for folder in folders]

    def connect(self, pid: int, arguments: tuple[int, ...], ask_again: Callable[[], None]) -> None:
        """Do what ``pid`` asks for; ``ask_again`` raises if it no longer does. Raises OSError."""
        number, address, length = arguments[:3]
        length = ctypes.c_uint32(length).value
        if not 2 < length <= _LONGEST:
            raise OSError(errno.EINVAL, "not the address of a Unix socket")
        name = system.read_memory(pid, address, length)
        own = system.take_descriptor(pid, ctypes.c_int32(number & 0xFFFFFFFF).value)
        try:
            ask_again()  # only now is it certain that what was read belongs to whoever asked
            self._connect(own, pid, name)
        finally:
            os.close(own)

    def _connect(self, own: int, pid: int, name: bytes) -> None:
        family, path = struct.unpack("=H", name[:2])[0], name[2:]
        if family != _UNIX:
            raise OSError(errno.EAFNOSUPPORT, "no such family here")
        if path[:1] == b"\0":
            system.connect(own, name)
            return
        found = self._pin(pid, os.fsdecode(path.split(b"\0")[0]))
        try:
            pinned = f"/proc/self/fd/{found}".encode()
            system.connect(own, struct.pack("=H", _UNIX) + pinned + b"\0")
        finally:
            os.close(found)

    def _pin(self, pid: int, path: str) -> int:
        """Open the socket a path leads to. Raises PermissionError where it is not the job's."""
        if not os.path.isabs(path):
            path = os.path.join(os.readlink(f"/proc/{pid}/cwd"), path)
        folder, name = os.path.split(os.path.normpath(path))
        path = os.path.join(os.path.realpath(folder), name)
        for own, descriptor in self._folders:
            if path.startswith(own + os.sep):
                return system.open_beneath(descriptor, os.fsencode(path[len(own) + 1 :]))
        raise PermissionError(errno.EACCES, "not a socket of this run")


def _open(path: str) -> int:
    return os.open(path, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
