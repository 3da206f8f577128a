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

_NOT_IMPLEMENTED = "clone3 io_uring_setup io_uring_enter io_uring_register".split()

# CLONE_NEW{NS,CGROUP,UTS,IPC,USER,PID,NET}
_CLONE_NEW = (0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000)

# ioctl requests that type into a terminal: TIOCSTI, TIOCLINUX
_IOCTLS = (0x5412, 0x541C)

# Needed: AF_UNIX (1: DataLoader workers), AF_INET (2) and AF_INET6 (10: the notebook kernel on
# loopback), AF_NETLINK (16: names of interfaces). All others are refused, AF_VSOCK (40) first.
_NEEDED_FAMILIES = (1, 2, 10, 16)
_NETLINK = 16


@functools.cache
def program(*, memory_files: bool = False) -> bytes:
    """Compile the filter; ``memory_files`` allows ``memfd_create``, which GPU drivers may need.

    A file that lives only in memory and is mapped nowhere is invisible to the memory watchdog,
    hence refused otherwise. Raises OSError or ImportError where libseccomp is missing or broken.
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
    for condition in _refused_sockets():
        rules.add_rule(refuse, "socket", *condition)
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()


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
