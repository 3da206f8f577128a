"""Text cut into runs of letters and of digits, without regard to case, accents and composition."""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

BARE = str.maketrans({"\u0131": "i", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe"})
"""Letters that no accent parts from the one they are written as elsewhere."""
RUN = re.compile(r"(?:[^\W\d_][\u0300-\u036f]*)+|\d+")


class Piece(NamedTuple):
    """A run of letters or digits, folded, and where it stands."""

    word: str
    start: int
    end: int


def pieces(text: str) -> Iterator[Piece]:
    """Yield the runs of a text; also where a capital follows a small letter, one ends."""
    for run in RUN.finditer(text):
        start = run.start()
        for end in range(run.start() + 1, run.end() + 1):
            if end == run.end() or (text[end - 1].islower() and text[end].isupper()):
                yield Piece(bare(text[start:end]), start, end)
                start = end


def bare(run: str) -> str:
    """Return a run without accents and case."""
    parts = unicodedata.normalize("NFKD", run)
    bare = "".join(sign for sign in parts if unicodedata.category(sign) != "Mn")
    return bare.casefold().translate(BARE)
