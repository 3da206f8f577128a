"""Keeps an error of ours out of the student's program."""

import functools
from collections.abc import Callable
from typing import Any

Event = Callable[..., None]


def guarded(event: Event) -> Event:
    """Catch what a method raises and keep the first such error as its object's ``fault``."""

    @functools.wraps(event)
    def safely(self: Any, *args: Any) -> None:
        try:
            event(self, *args)
        except Exception as error:
            self.fault = self.fault or f"{event.__name__}: {type(error).__name__}: {error}"[:300]

    return safely
