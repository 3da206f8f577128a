"""Calls of the kernel that Python does not offer. See the manual pages of the names."""

import ctypes
import errno
import fcntl
import os
import platform
import signal

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_CHILD_SUBREAPER = 1, 4, 36
_PR_SET_NAME, _PR_CAPBSET_READ, _PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS = 15, 23, 24, 38
_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 47, 4
_CAPABILITY_VERSION_3 = 0x20080522
_NS_GET_USERNS = 0xB701
_SECCOMP_SET_MODE_FILTER = 1
_SECCOMP_FILTER_FLAGS = 8 | 32
"""Questions go to a listener, and no signal but a deadly one interrupts an answer."""
_RESOLVE_NO_MAGICLINKS, _RESOLVE_NO_SYMLINKS, _RESOLVE_BENEATH = 0x02, 0x04, 0x08
_PAGE = 4096

_SECCOMP = {"x86_64": 317, "aarch64": 277}.get(platform.machine(), -1)
_OPENAT2, _PIDFD_GETFD = 437, 438  # the same numbers everywhere

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


class _Filter(ctypes.Structure):
    _fields_ = [("len", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


class _OpenHow(ctypes.Structure):
    _fields_ = [("flags", ctypes.c_uint64), ("mode", ctypes.c_uint64), ("resolve", ctypes.c_uint64)]


class _Vector(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def become_subreaper() -> None:
    """Orphans below this process become its children."""
    _checked(_libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0))


def become_dumpable() -> None:
    """Own the files of this process in ``/proc`` again, after a change of user."""
    _checked(_libc.prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0))


def die_with_parent() -> None:
    """Be killed when the thread that started this process ends."""
    _checked(_libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL.value, 0, 0, 0))


def keep_rights_as_they_are() -> None:
    """Gain nothing by executing a program, whoever owns it and whatever it is allowed."""
    _checked(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))


def call_it(name: str) -> None:
    """Give this process a name, as executing a program of that name would."""
    _checked(_libc.prctl(_PR_SET_NAME, name.encode(), 0, 0, 0))


def owner_of(namespace: int) -> int:
    """Open the user namespace that an open namespace belongs to."""
    return fcntl.ioctl(namespace, _NS_GET_USERNS)


def enter(namespace: int) -> None:
    """Move this process into an open namespace."""
    _checked(_libc.setns(namespace, 0))


def give_up_capabilities() -> None:
    """Leave this process no capability, nor a way to one by executing a program."""
    _checked(_libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0))
    number = 0
    while _libc.prctl(_PR_CAPBSET_READ, number, 0, 0, 0) >= 0:
        _checked(_libc.prctl(_PR_CAPBSET_DROP, number, 0, 0, 0))
        number += 1
    header, none = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0), (ctypes.c_uint32 * 6)()
    _checked(_libc.capset(header, none))
    _checked(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))


def load_filter(program: bytes, *, asking: bool = True) -> int:
    """Load a seccomp program for this thread, which must have no other.

    Returns the descriptor that hears the questions of an ``asking`` program, else 0.
    """
    description = _Filter(len(program) // 8, program)
    return _checked(
        _libc.syscall(
            _SECCOMP,
            ctypes.c_ulong(_SECCOMP_SET_MODE_FILTER),
            ctypes.c_ulong(_SECCOMP_FILTER_FLAGS if asking else 0),
            ctypes.byref(description),
        )
    )


def open_beneath(folder: int, path: bytes) -> int:
    """Open ``path`` below a folder as a name only, following no link and never leaving it."""
    resolve = _RESOLVE_NO_MAGICLINKS | _RESOLVE_NO_SYMLINKS | _RESOLVE_BENEATH
    how = _OpenHow(os.O_PATH | os.O_CLOEXEC, 0, resolve)
    return _checked(
        _libc.syscall(
            _OPENAT2, folder, path, ctypes.byref(how), ctypes.c_size_t(ctypes.sizeof(how))
        )
    )


def take_descriptor(pid: int, number: int) -> int:
    """Duplicate a descriptor of another process into this one."""
    process = os.pidfd_open(pid)
    try:
        return _checked(_libc.syscall(_PIDFD_GETFD, process, number, ctypes.c_uint(0)))
    finally:
        os.close(process)


def read_memory(pid: int, address: int, length: int) -> bytes:
    """Copy ``length`` bytes out of the memory of another process."""
    buffer = ctypes.create_string_buffer(length)
    here = _Vector(ctypes.cast(buffer, ctypes.c_void_p), length)
    there = _Vector(address, length)
    _libc.process_vm_readv.restype = ctypes.c_ssize_t
    got = _libc.process_vm_readv(
        pid,
        ctypes.byref(here),
        ctypes.c_ulong(1),
        ctypes.byref(there),
        ctypes.c_ulong(1),
        ctypes.c_ulong(0),
    )
    return buffer.raw[: _checked(got)]


def read_string(pid: int, address: int, longest: int) -> bytes:
    """Copy a string out of the memory of another process, page by page up to its end."""
    found = b""
    while len(found) < longest:
        found += read_memory(pid, address + len(found), _PAGE - (address + len(found)) % _PAGE)
        if b"\0" in found:
            return found.split(b"\0")[0]
    raise OSError(errno.ENAMETOOLONG, "a path without an end")


def connect(number: int, address: bytes) -> None:
    """Connect a socket to a raw ``sockaddr``."""
    _checked(_libc.connect(number, address, len(address)))
