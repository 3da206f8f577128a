"""How a command ended, and what the one sentence of a caller's mistake looks like."""

from collections.abc import Callable

Ended = tuple[int, str, str]
"""Exit code, stdout, stderr."""

Command = Callable[..., Ended]


def mistake(ended: Ended) -> str:
    """The one sentence of a mistake that only the caller can correct."""
    code, out, err = ended
    assert code == 2, err
    assert out == ""
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    assert "Traceback" not in err
    return err
