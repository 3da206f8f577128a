"""Makes text that came from a submission safe to look at.

Escaping is Jinja's work. What is left is text that lies: terminal escape codes, control characters
and the Unicode characters that reorder a line or hide in it. Codes are removed, the others shown
as ``⟨U+202E⟩``. Everything is cut to a length, so that no name makes a page of megabytes.
"""

import math
import re
import unicodedata

LONGEST = 3000
ANSI = re.compile(
    r"""
    (?: \x1b\[ | \x9b ) [0-?]* [ -/]* [@-~]             # CSI: colours, cursor movements
    | (?: \x1b\] | \x9d ) [^\x07\x1b\x9c\x9d]* (?: \x07 | \x1b\\ | \x9c )   # OSC: titles, links
    | \x1b [PX^_] [^\x1b]* \x1b\\                       # DCS, SOS, PM, APC
    | \x1b [ -/]* [0-~]?                                # all other two-character codes
    """,
    re.VERBOSE,
)
"""A code without an end takes nothing with it: it could hide what we say after it."""
JOINERS = "\u200c\u200d"  # ordinary letters need them: Persian, Indic scripts, emoji
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def visible(text: str, longest: int = LONGEST) -> str:
    """Return ``text`` without terminal codes, hidden characters made visible, and cut."""
    stripped = ANSI.sub("", text[: 4 * longest]).replace("\r\n", "\n")
    shown = "".join(map(_shown, stripped))
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def _shown(character: str) -> str:
    if character in "\n\t" or character in JOINERS:
        return character
    if unicodedata.category(character) in INVISIBLE:
        return f"⟨U+{ord(character):04X}⟩"
    return character


def lines(text: str, head: int = 60, tail: int = 120) -> list[str]:
    """Split a long text into visible lines; of too many, the first and the last are kept."""
    every = text.strip("\n").splitlines() or [""]
    if len(every) > head + tail:
        left_out = f"… {len(every) - head - tail} lines left out …"
        every = [*every[:head], left_out, *every[-tail:]]
    return [visible(line, 400) for line in every]


def percent(share: float | None, decimals: int = 1) -> str:
    """Write a fraction as a percentage, rounded down as the criteria do it."""
    if share is None:
        return "—"
    scale = 10**decimals
    figure = math.floor(100 * share * scale + 1e-6) / scale
    return f"{figure:.{decimals}f}\u00a0%"


def tenths_up(difference: float) -> str:
    """Write a difference of two fractions in percentage points, rounded up as the criteria do."""
    return f"{math.ceil(1000 * difference - 1e-6) / 10:.1f}"


def number(value: float) -> str:
    """Write points and counts as people do: 2, 2.5, 12,345."""
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def loss(value: float | None) -> str:
    """Write a loss with three figures that mean something."""
    if value is None:
        return "—"
    return f"{value:.4f}" if abs(value) < 1 else f"{value:,.2f}"


def seconds(value: float) -> str:
    """Write a duration: 0.4 s, 48 s, 7 min 3 s."""
    if value < 10:
        return f"{value:.1f}\u00a0s"
    minutes, rest = divmod(round(value), 60)
    return f"{minutes}\u00a0min {rest}\u00a0s" if minutes else f"{rest}\u00a0s"


def megabytes(value: float) -> str:
    """Write a size given in MiB: 512 MB, 1.5 GB."""
    return f"{value / 1024:.1f}\u00a0GB" if value >= 1024 else f"{value:.0f}\u00a0MB"


def clock(seconds: float) -> str:
    """A time as a clock shows it, with hours where there are some."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
