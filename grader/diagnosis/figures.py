"""Figures as a text has them: rounded down where more is better, never to what was not reached."""

import math

UNKNOWN = "—"
"""A figure that nobody knows: a text is told without it."""


def percent(share: float | None) -> str:
    """Write a fraction as a percentage: ``97.4 %``."""
    return UNKNOWN if share is None else f"{math.floor(1000 * share + 1e-6) / 10:.1f}\u00a0%"


def fraction(share: float) -> str:
    """Write a fraction as a program does that does not multiply by 100: ``0.974``."""
    return f"{math.floor(1000 * share + 1e-6) / 1000:.3f}"


def number(value: float) -> str:
    """Write any other figure with three digits that mean something: ``0.001``, ``12.5``."""
    return f"{value:.3g}"
