"""Ends a run from outside as soon as its test has seen enough."""

from collections.abc import Callable


class Enough(BaseException):
    """What ends a run from its watch; an ``Exception`` there is not listened to."""


def until(over: Callable[[], bool]) -> Callable[[], None]:
    """A watch that raises Enough once something is ``over``."""

    def watch() -> None:
        if over():
            raise Enough

    return watch
