"""The system calls a sandboxed process may not make, as a BPF program for bubblewrap.

Theory of operation. Namespaces leave the whole kernel interface reachable; this takes away the
parts that no training run needs and where kernels have been broken or where state outlives a run.
It is a list of refusals: an allow-list would have to follow every release of torch, CUDA and
Python. What is refused fails with EPERM; where a library has a second way that it only takes on
"not implemented", it fails with ENOSYS. Arguments behind pointers cannot be seen, so ``clone3``
is not implemented here and libc falls back to ``clone``, whose flags can be.
"""

import errno
import functools
import tempfile
from typing import Any

_REFUSED = """
keyctl add_key request_key
bpf perf_event_open userfaultfd ptrace process_vm_readv process_vm_writev process_madvise
kcmp pidfd_getfd
kexec_load kexec_file_load init_module finit_module delete_module
mount umount umount2 pivot_root move_mount open_tree open_tree_attr fsopen fsconfig fsmount fspick
mount_setattr statmount listmount chroot unshare setns
open_by_handle_at name_to_handle_at lookup_dcookie fanotify_init
swapon swapoff reboot acct quotactl quotactl_fd syslog nfsservctl vhangup
personality modify_ldt iopl ioperm uselib sysfs _sysctl ustat afs_syscall
settimeofday stime clock_settime clock_settime64 clock_adjtime clock_adjtime64 adjtimex
sethostname setdomainname memfd_secret shmget
lsm_set_self_attr
""".split()

# Where a job shares the system with everybody else, more of it can be reached.
_REFUSED_SHARED = """
msgget semget shmat mq_open mq_unlink migrate_pages move_pages process_mrelease
inotify_init inotify_init1 inotify_add_watch
setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr setxattrat removexattrat
file_setattr
""".split()
# What would change the mode, owner or times of files that may only be read, or the priority of any
# thread of this user. It succeeds without doing anything: programs that copy a file and messaging
# libraries do it, too, and need not fail for it.
_INERT = ("fchmod", "fchown", "sched_setscheduler", "sched_setparam", "sched_setattr")
# The same by path, with the arguments that hold the folder's descriptor, the path, the flags (-1:
# none): whoever listens says whether there is such a file.
_INERT_PATHS = {
    **dict.fromkeys(("chmod", "chown", "lchown", "utime", "utimes"), (-1, 0, -1)),
    **dict.fromkeys(("fchmodat", "futimesat"), (0, 1, -1)),
    **dict.fromkeys(("fchmodat2", "utimensat"), (0, 1, 3)),
    "fchownat": (0, 1, 4),
}
# Attributes of files are content; whoever copies them takes this error for "there are none".
_NO_ATTRIBUTES = """
getxattr lgetxattr fgetxattr getxattrat listxattr llistxattr flistxattr listxattrat
""".split()
# Calls that take a process id, by the argument it is in: 0 is the caller's own.
_OWN_ONLY = {"prlimit64": 0, "sched_setaffinity": 0, "setpriority": 1, "ioprio_set": 1}
# Arguments that may not have a value, under a mask, by call: a filter that listens would answer for
# ours; PRIO_USER and IOPRIO_WHO_USER mean everybody; leases and notices reach other processes.
_WORD = 0xFFFFFFFF
_REFUSED_ARGUMENTS = (
    ("seccomp", 1, 8, 8),
    ("setpriority", 0, _WORD, 2),
    ("ioprio_set", 0, _WORD, 3),
    ("fcntl", 1, _WORD, 1024),
    ("fcntl", 1, _WORD, 1026),
)
# ioctl requests, under a mask, that change a file which is only open for reading: its flags,
# version, attributes, verity, encryption policy; and all that are btrfs' own.
_FILE_IOCTLS = (
    *((0xFFFF, request) for request in (0x6602, 0x7602, 0x5820, 0x6685, 0x6613)),
    (0xFF00, 0x9400),
)
# Stream and sequenced-packet sockets: a datagram names its receiver in a message nobody can see.
_CONNECTED_TYPES, _TYPE_MASK = (1, 5), 0xF

_NOT_IMPLEMENTED = "clone3 io_uring_setup io_uring_enter io_uring_register".split()

# CLONE_NEW{NS,CGROUP,UTS,IPC,USER,PID,NET}
_CLONE_NEW = (0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000)

# ioctl requests that type into a terminal: TIOCSTI, TIOCLINUX
_IOCTLS = (0x5412, 0x541C)

# Needed: AF_UNIX (1: DataLoader workers), AF_INET (2) and AF_INET6 (10: the notebook kernel on
# loopback), AF_NETLINK (16: names of interfaces). All others are refused, AF_VSOCK (40) first.
_NEEDED_FAMILIES = (1, 2, 10, 16)
_UNIX, _NETLINK = 1, 16


@functools.cache
def program(*, memory_files: bool = False, own_namespaces: bool = True) -> bytes:
    """Compile the filter; ``memory_files`` allows ``memfd_create``, which GPU drivers may need.

    A file that lives only in memory and is mapped nowhere is invisible to the memory watchdog,
    hence refused otherwise. Without ``own_namespaces`` the filter keeps a job away from what all
    processes share, and asks about each ``connect``: whoever loads it has to listen. Raises OSError
    or ImportError where libseccomp is missing or broken.
    """
    import pyseccomp

    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    refuse = pyseccomp.ERRNO(errno.EPERM)
    absent = pyseccomp.ERRNO(errno.ENOSYS)
    for name in _known(_REFUSED):
        rules.add_rule(refuse, name)
    for name in _known(_NOT_IMPLEMENTED + ([] if memory_files else ["memfd_create"])):
        rules.add_rule(absent, name)
    for flag in _CLONE_NEW:
        rules.add_rule(refuse, "clone", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, flag, flag))
    for request in _IOCTLS:
        same = pyseccomp.Arg(1, pyseccomp.MASKED_EQ, 0xFFFFFFFF, request)
        rules.add_rule(refuse, "ioctl", same)
    for condition in _refused_sockets() if own_namespaces else ():
        rules.add_rule(refuse, "socket", *condition)
    if not own_namespaces:
        _keep_apart(rules)
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()


def asked_about() -> dict[int, tuple[int, int, int]]:
    """The numbers of the system calls that name a path and raise a question; see ``Mediator``."""
    import pyseccomp

    native = pyseccomp.Arch.NATIVE
    known = _known([*_INERT_PATHS])
    return {pyseccomp.resolve_syscall(native, name): _INERT_PATHS[name] for name in known}


def _keep_apart(rules: Any) -> None:
    """Add what a job that shares the system may not do to the others."""
    import pyseccomp

    answers = (
        (errno.EPERM, _REFUSED_SHARED),
        (0, _INERT),
        (errno.EOPNOTSUPP, _NO_ATTRIBUTES),
        (errno.ENOSYS, ["io_setup"]),  # its events are counted for all users together
    )
    for answer, names in answers:
        for name in _known([*names]):
            rules.add_rule(pyseccomp.ERRNO(answer), name)
    for name in ("connect", *_known([*_INERT_PATHS])):
        rules.add_rule(pyseccomp.NOTIFY, name)
    _refuse_arguments(rules)
    _leave_unix_sockets(rules)


def _refuse_arguments(rules: Any) -> None:
    import pyseccomp
    from pyseccomp import MASKED_EQ, NE, Arg

    refuse = pyseccomp.ERRNO(errno.EPERM)
    for name, place in _OWN_ONLY.items():
        rules.add_rule(refuse, name, Arg(place, NE, 0))
    for name, place, mask, value in _REFUSED_ARGUMENTS:
        rules.add_rule(refuse, name, Arg(place, MASKED_EQ, mask, value))
    for mask, value in _FILE_IOCTLS:
        rules.add_rule(refuse, "ioctl", Arg(1, MASKED_EQ, mask, value))


def _leave_unix_sockets(rules: Any) -> None:
    import pyseccomp
    from pyseccomp import EQ, MASKED_EQ, Arg

    refuse = pyseccomp.ERRNO(errno.EPERM)
    for call in ("socket", "socketpair"):
        for family, answer in _no_such_family():
            rules.add_rule(pyseccomp.ERRNO(answer), call, family)
        for kind in range(_TYPE_MASK + 1):
            if kind not in _CONNECTED_TYPES:
                rules.add_rule(refuse, call, Arg(0, EQ, _UNIX), Arg(1, MASKED_EQ, _TYPE_MASK, kind))


def _no_such_family() -> list[tuple[object, int]]:
    """Conditions on a socket's family, and the error where nothing but Unix sockets is to be had.

    For netlink it is the one that the notebook's messaging library expects of an odd system: it
    ends the process at any other.
    """
    from pyseccomp import EQ, GT, Arg

    between = [(Arg(0, EQ, family), errno.EAFNOSUPPORT) for family in range(_UNIX + 1, _NETLINK)]
    beyond = [(Arg(0, EQ, 0), errno.EAFNOSUPPORT), (Arg(0, GT, _NETLINK), errno.EAFNOSUPPORT)]
    return [*between, *beyond, (Arg(0, EQ, _NETLINK), errno.EOPNOTSUPP)]


def _known(names: list[str]) -> list[str]:
    """Drop the calls that this libseccomp has never heard of."""
    import pyseccomp

    return [name for name in names if pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name) != -1]


def _refused_sockets() -> list[tuple[object, ...]]:
    """Conditions on (family, type, protocol). One value per rule: "not in" cannot be said."""
    from pyseccomp import EQ, GT, Arg

    highest = max(_NEEDED_FAMILIES)
    odd = [family for family in range(highest) if family not in _NEEDED_FAMILIES]
    families: list[tuple[object, ...]] = [(Arg(0, EQ, family),) for family in odd]
    # Netlink's protocol 0 names interfaces; the others reach deep into the kernel.
    netlink = (Arg(0, EQ, _NETLINK), Arg(2, GT, 0))
    return [*families, (Arg(0, GT, highest),), netlink]
