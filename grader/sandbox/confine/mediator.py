"""Answers the questions a job's system calls raise: who may connect, and is there such a file.

A question is a system call that stopped in the kernel because the filter says so. Changing a file's
mode, owner or times has no Landlock right, so it is not done at all; programs that copy files do
it all the time and must not fail for it, but one that asks whether a file is there by touching it
must hear that it is not.
"""

import contextlib
import ctypes
import errno
import fcntl
import os
import struct
import threading

from grader.sandbox import system
from grader.sandbox.confine.sockets import Sockets

_RECEIVE, _ANSWER, _STILL_VALID = 0xC0502100, 0xC0182101, 0x40082102
_NOTIFICATION = struct.Struct("=QIIiIQ6Q")
_RESPONSE = struct.Struct("=QqiI")
_HERE = -100
"""AT_FDCWD: paths are relative to the working directory."""
_LONGEST_PATH = 4096
_NO_FOLLOW, _EMPTY_PATH = 0x100, 0x1000
_AT_ONCE = 64
"""Answers in the making; who asks more is told to try again."""


class Mediator:
    """Answers the questions of one listener descriptor.

    ``meets`` are the job's own folders, ``paths`` says by the number of a system call which
    arguments are its folder descriptor, path and flags (-1: none); any other is ``connect``.
    """

    def __init__(
        self, listener: int, meets: tuple[str, ...], paths: dict[int, tuple[int, int, int]]
    ) -> None:
        self.listener = listener
        self._sockets = Sockets(meets)
        self._paths = paths
        self._free = threading.Semaphore(_AT_ONCE)

    def answer_next(self) -> None:
        """Take the next question; answered on a thread of its own, since connecting may wait."""
        question = bytearray(_NOTIFICATION.size)
        try:
            fcntl.ioctl(self.listener, _RECEIVE, question)
        except OSError:  # whoever asked is gone
            return
        if not self._free.acquire(blocking=False):
            self._send(question, errno.EAGAIN)
            return
        try:
            threading.Thread(target=self._answer, args=(bytes(question),), daemon=True).start()
        except RuntimeError:  # no thread can be had now; that must not end this process
            self._free.release()
            self._send(question, errno.EAGAIN)

    def _send(self, question: bytes | bytearray, failure: int) -> None:
        identity = _NOTIFICATION.unpack(question)[0]
        with contextlib.suppress(OSError):  # whoever asked is gone
            fcntl.ioctl(self.listener, _ANSWER, _RESPONSE.pack(identity, 0, -failure, 0))

    def _answer(self, question: bytes) -> None:
        identity, thread, _, call, _, _, *arguments = _NOTIFICATION.unpack(question)

        def ask_again() -> None:
            fcntl.ioctl(self.listener, _STILL_VALID, struct.pack("=Q", identity))

        failure = 0
        try:
            pid = _process_of(thread)
            if call in self._paths:
                folder, path, flags = self._paths[call]
                given = arguments[folder] if folder >= 0 else _HERE
                how = arguments[flags] if flags >= 0 else 0
                _require_there(pid, given, arguments[path], how)
            else:
                self._sockets.connect(pid, tuple(arguments), ask_again)
        except OSError as error:
            failure = error.errno or errno.EPERM
        except Exception:  # noqa: BLE001 - whoever asks must get an answer
            failure = errno.EPERM
        self._free.release()
        self._send(question, failure)


def _require_there(pid: int, folder: int, address: int, flags: int) -> None:
    """Raises OSError as the kernel would where a path leads to nothing."""
    if address == 0:  # the folder's descriptor itself is meant
        return
    number = ctypes.c_int32(folder & 0xFFFFFFFF).value
    base = f"/proc/{pid}/cwd" if number == _HERE else f"/proc/{pid}/fd/{number}"
    path = os.fsdecode(system.read_string(pid, address, _LONGEST_PATH))
    if path:
        os.stat(os.path.join(base, path), follow_symlinks=not flags & _NO_FOLLOW)
    elif not flags & _EMPTY_PATH:
        raise FileNotFoundError(errno.ENOENT, "an empty path")


def _process_of(thread: int) -> int:
    """The process that a thread belongs to."""
    with open(f"/proc/{thread}/status", "rb") as status:  # the name may be any bytes
        for line in status:
            if line.startswith(b"Tgid:"):
                return int(line.split()[1])
    raise ProcessLookupError(errno.ESRCH, "no such process")
