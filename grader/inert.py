"""Makes text that a student may have written safe to print: on a terminal and in a log of CI.

A terminal obeys escape codes, and a CI runner obeys lines such as ``::add-mask::``; a table that
folds its cells decides where a line begins, so such an order is broken wherever it stands.
"""

import re

LONGEST = 3000
KEPT = "\u00a0\u200c\u200d"
"""Not printable by Python's account, yet part of ordinary writing: figures, Persian, emoji."""
ORDER = re.compile(r"(?<=:)(?=:[\w-]+(?:\s[^\n]*?)?::)|(?<=##)(?=\[)")
"""Inside ``::name …::``, which GitHub's runner obeys, and ``##[name]``, which older ones do."""


def plain(text: str, longest: int = LONGEST) -> str:
    """Return ``text`` in one line, at most ``longest`` characters that all can be seen."""
    seen = "".join(one if one.isprintable() or one in KEPT else " " for one in text[:longest])
    return ORDER.sub(" ", seen)
