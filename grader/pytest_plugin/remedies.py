"""Remedies that name an option of ``grader check``, in the options of pytest."""

import re

from grader.inert import plain
from grader.pytest_plugin import OPTIONS

_OURS = re.compile(rf"(?<![\w-])--(?=(?:{'|'.join(name for name, _ in OPTIONS)})(?![\w-]))")
_NAME_THE_STUDENT = "say with --student whose this one is, or "


def remedy(error: Exception | str) -> str:
    """Return what is said of an error, inert; who a submission is by cannot be named in pytest."""
    return plain(_OURS.sub("--grade-", str(error).replace(_NAME_THE_STUDENT, "")))
