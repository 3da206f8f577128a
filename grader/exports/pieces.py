"""Text cut into runs of letters and of digits, without regard to case, accents and composition."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from grader.people.names import bare

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
