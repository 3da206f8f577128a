"""Who asks: the student's own code, or a library that only tries something."""

import sys
import sysconfig

INSTALLED = tuple({sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")})


def asked_by_the_student() -> bool:
    """Whether the code that called our caller, by an import or directly, is no library's."""
    frame = sys._getframe(2)
    while frame.f_back is not None and "importlib" in frame.f_code.co_filename:
        frame = frame.f_back
    return not frame.f_code.co_filename.startswith(INSTALLED)
