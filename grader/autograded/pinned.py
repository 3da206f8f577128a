"""Which packages an archive asks for: those of the grader, in the versions that it has here."""

import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from grader.errors import CallerError

OURS = "lab-grader"
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*")


def requirements() -> bytes:
    """Return what the grader needs itself, without its extras. Raises CallerError."""
    wanted = [line for line in _installed(OURS).requires or () if "extra ==" not in line]
    return _lines(wanted)


def constraints() -> bytes:
    """Return the version of everything that is installed for it here. Raises CallerError.

    A constraint asks for nothing, so what only this machine needs does no harm in it. A version's
    local part says how it was built here (``+cu130``): there it may be built in another way.
    """
    found, waiting = dict[str, str](), [OURS]
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in found:
            continue
        try:
            one = distribution(name)
        except PackageNotFoundError:  # for another system, or an extra
            continue
        found[name] = one.version.partition("+")[0]
        waiting += [match[0] for line in one.requires or () if (match := _NAME.match(line))]
    _installed(OURS)
    found.pop(OURS)
    return _lines([f"{name}=={version}" for name, version in found.items()])


def python() -> str:
    """Return the version of Python that those were installed for."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def _installed(name: str) -> Distribution:
    try:
        return distribution(name)
    except PackageNotFoundError:
        raise CallerError(
            "the grader is not installed, so the versions of its packages are not known: run "
            "'pip install .' in its folder first"
        ) from None


def _lines(words: list[str]) -> bytes:
    return "".join(f"{word}\n" for word in sorted(words)).encode()
