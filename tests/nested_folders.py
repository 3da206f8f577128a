"""Folders within each other, more than Python itself could remove."""

import contextlib


@contextlib.contextmanager
def nested(folder, levels):
    """Yield the deepest of that many folders in ``folder``, which must be empty at the end."""
    made = [folder]
    try:
        for _ in range(levels):
            made.append(made[-1] / "a")
            made[-1].mkdir()
        yield made[-1]
    finally:
        for path in reversed(made[1:]):
            path.rmdir()
