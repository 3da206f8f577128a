"""Takes the names of people out of text that anybody may have written.

Theory of operation. Text is cut into runs of letters and of digits, without regard to case, accents
and how a character is composed; names and identifiers are cut the same way. Where the runs of one
stand in a row, with next to nothing between them, it is found: ``byron.ada``, ``ADA_BYRON`` and
``AdaByron`` alike. A name in a script that does not part its words is found anywhere. What is
percent-encoded is looked at decoded.

What can be nobody else's or no ordinary word is replaced by that person's pseudonym. A single word
may be one, as Will or Mark are, and then the gap would tell who is called so: it is replaced by a
mark that is the same for everybody. So is a bare number, which may be a figure of anybody's, and
what logins are made of, such as an initial and a last name.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import unquote

from grader.exports.pieces import Piece
from grader.exports.pieces import pieces as cut
from grader.exports.spellings import Key, Person, given_names, keys, spellings

HIDDEN = "[name]"
WIDEST_GAP = 3
ENCODED = re.compile(r"%[0-9A-Fa-f]{2}")
UNSEEN = dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))
"""Characters without width, which may stand inside a name."""
MOST_DECODINGS = 3
T = TypeVar("T")


@dataclass(frozen=True)
class Redaction:
    """What is replaced by what; ``known`` has it by its first run, the longest first."""

    known: Mapping[str, tuple[tuple[Key, str], ...]]
    unparted: Mapping[str, str] = field(default_factory=dict)

    def text(self, text: str) -> str:
        """Return ``text`` without names; composed characters where there are such."""
        composed = unicodedata.normalize("NFC", text.translate(UNSEEN))
        decoded = re.sub(r"\S+", lambda found: self._decoded(found[0]), composed)
        return self._plain(decoded)

    def document(self, value: Any, kept: frozenset[str]) -> Any:
        """Return a JSON document with the names out of every text, but for those below keys that
        are to be ``kept``.
        """
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.document(one, kept) for one in value]
        if isinstance(value, dict):
            return {
                key: one if key in kept else self.document(one, kept) for key, one in value.items()
            }
        return value

    def _decoded(self, text: str) -> str:
        """Return what was encoded in the clear where it held a name, else as it was."""
        if not ENCODED.search(text):
            return text
        clear = text
        for _ in range(MOST_DECODINGS):
            clear = unquote(clear)
        clear = unicodedata.normalize("NFC", clear)
        without = self._plain(clear)
        return text if without == clear else without

    def _plain(self, text: str) -> str:
        pieces, parts, at, after = list(cut(text)), list[str](), 0, 0
        while at < len(pieces):
            found = self._at(text, pieces, at)
            if found is None:
                at += 1
                continue
            count, instead = found
            parts += [text[after : pieces[at].start], instead]
            after = pieces[at + count - 1].end
            at += count
        whole = "".join([*parts, text[after:]])
        for name, instead in self.unparted.items():
            whole = whole.replace(name, instead)
        return whole

    def _at(self, text: str, pieces: list[Piece], at: int) -> tuple[int, str] | None:
        """How many pieces from ``at`` on name somebody, and what stands in their place."""
        for key, instead in self.known.get(pieces[at].word, ()):
            run = pieces[at : at + len(key)]
            if key == tuple(one.word for one in run) and _is_close(run) and _is_whole(text, run):
                return len(key), instead
        return None


def redaction(people: Iterable[Person]) -> Redaction:
    """Return what takes ``people`` out of a text."""
    found = dict[Key, str]()
    unparted = dict[str, str]()
    for one in people:
        for spelling in spellings(one):
            if any(unicodedata.category(letter) == "Lo" for letter in spelling):
                _add(unparted, spelling, one.pseudonym)
        for given in given_names(one):
            _add(unparted, given, HIDDEN)
        for key in keys(one):
            _add(found, key, one.pseudonym if _is_distinct(key) else HIDDEN)
    by_first = dict[str, list[tuple[Key, str]]]()
    for key in sorted(found, key=lambda key: (-len(key), key)):
        by_first.setdefault(key[0], []).append((key, found[key]))
    longest_first = dict(sorted(unparted.items(), key=lambda pair: -len(pair[0])))
    return Redaction({key: tuple(some) for key, some in by_first.items()}, longest_first)


def _add(found: dict[T, str], key: T, instead: str) -> None:
    """What may be several people's is nobody's pseudonym."""
    found[key] = instead if found.get(key, instead) == instead else HIDDEN


def _is_distinct(key: Key) -> bool:
    """Whether it is no single word and no bare number."""
    return len(key) > 1 or (any(map(str.isdigit, key[0])) and not key[0].isdigit())


def _is_close(run: list[Piece]) -> bool:
    return all(b.start - a.end <= WIDEST_GAP for a, b in itertools.pairwise(run))


def _is_whole(text: str, run: list[Piece]) -> bool:
    """Whether a number is not the decimals of a figure, nor has some."""
    if len(run) > 1 or not run[0].word.isdigit():
        return True
    before, behind = text[: run[0].start][-2:], text[run[0].end :][:2]
    decimals = len(before) == 2 and before[0].isdigit() and before[1] in ".,"
    return not decimals and not (len(behind) == 2 and behind[0] in ".," and behind[1].isdigit())
