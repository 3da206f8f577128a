"""What every attack in this folder begins with; by itself it is a program that does nothing.

An attack is appended. It hands every try to ``attempt``, prints whatever it was given, and ends the
program with an error if that was anything: a run that ends well is a run that got nothing.
"""

import _io
import builtins
import io
import os
import posix
import subprocess
import sys
from pathlib import Path

OUTBOX = Path.cwd().parent / "outbox"
REFUSED = (OSError, ValueError, TypeError, RuntimeError, ImportError, AttributeError, LookupError)
REFUSED += (subprocess.SubprocessError,)
got = []

# Past the help that keeps elsewhere what a program writes where it may not.
builtins.open = io.open = _io.open
for name in (
    *("stat", "listdir", "scandir", "remove", "unlink", "chmod", "utime", "mkdir", "chdir"),
    *("rename", "replace"),
):
    setattr(os, name, getattr(posix, name))


def attempt(what, about=""):
    """Do ``what``; a true answer is a success of the attack."""
    try:
        found = what()
    except REFUSED:
        return
    if found:
        got.append(found)
        sys.stdout.write(f"GOT {about} {str(found)[:300]!a}\n")


def every_file(*folders):
    """Whatever can be listed below ``folders``, a few thousand names at most; no Python."""
    names = []
    for folder in folders:
        for place, inner, files in os.walk(folder):
            inner[:] = [one for one in inner if os.path.join(place, one) not in PYTHON]
            names += [os.path.join(place, name) for name in files]
            if len(names) > 5000:
                break
    return names


def content(path):
    """The beginning of a file, with its name for whoever reads the log."""
    with open(path, "rb") as stream:
        return stream.read(4096)


def processes():
    """The numbers of other processes: all that can be seen, or where none can be those nearby."""
    try:
        numbers = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        numbers = [1, os.getppid(), *range(max(2, os.getpid() - 200), os.getpid() + 20)]
    return [number for number in numbers if number != os.getpid()]


def end():
    """Say whether anything was got."""
    sys.stdout.flush()
    sys.exit(1 if got else 0)


PYTHON = {sys.prefix, sys.base_prefix, os.path.realpath(sys.prefix)}
"""May be read by everybody: it is what runs here."""
