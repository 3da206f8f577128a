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
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar
from urllib.parse import unquote

from grader.people.names import in_order

HIDDEN = "[name]"
SHORTEST_WORD = 3
"""Letters that a part of a name has; shorter ones are words of every language."""
SHORTEST_NUMBER = 4
"""Digits that a number has which names a person; shorter ones are figures."""
SHORTEST_GIVEN = 2
"""Signs of a given name of East Asia; a single one is a word of the language."""
WIDEST_GAP = 3
BARE = str.maketrans({"\u0131": "i", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe"})
"""Letters that no accent parts from the one they are written as elsewhere."""
SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
RUN = re.compile(r"(?:[^\W\d_][\u0300-\u036f]*)+|\d+")
ENCODED = re.compile(r"%[0-9A-Fa-f]{2}")
UNSEEN = dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))
"""Characters without width, which may stand inside a name."""
MOST_DECODINGS = 3

Key = tuple[str, ...]
T = TypeVar("T")


class Piece(NamedTuple):
    """A run of letters or digits, folded, and where it stands."""

    word: str
    start: int
    end: int


@dataclass(frozen=True)
class Person:
    """Somebody, with everything they are known by."""

    pseudonym: str
    name: str
    identifiers: tuple[str, ...]


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
        pieces, parts, at, after = list(_pieces(text)), list[str](), 0, 0
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
        for spelling in _spellings(one):
            if any(unicodedata.category(letter) == "Lo" for letter in spelling):
                _add(unparted, spelling, one.pseudonym)
        for given in _given_names(one):
            _add(unparted, given, HIDDEN)
        for key in _keys(one):
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


def _spellings(one: Person) -> Iterator[str]:
    """Whole names and identifiers of two characters at least."""
    name = in_order(one.name)
    whole = (one.name, name, "".join(name.split()), *one.identifiers)
    composed = (unicodedata.normalize("NFC", spelling) for spelling in whole)
    yield from (spelling for spelling in composed if len(spelling) > 1)


def _given_names(one: Person) -> Iterator[str]:
    """What stands behind the family name, of one sign or two, where nothing parts the two."""
    for word in unicodedata.normalize("NFC", one.name).split():
        if all(map(_is_east_asian, word)):
            yield from (word[signs:] for signs in (1, 2) if len(word) - signs >= SHORTEST_GIVEN)


def _is_east_asian(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith(("CJK UNIFIED", "HANGUL"))


def _keys(one: Person) -> Iterator[Key]:
    """Every row of runs that names somebody."""
    for identifier in one.identifiers:
        local = identifier.partition("@")[0]
        for spelling in (identifier, local, ascii(identifier)[1:-1]):
            yield from filter(_is_telling, _both_cut(spelling))
    name = unicodedata.normalize("NFC", in_order(one.name))
    yield from filter(_is_telling, _both_cut(ascii(name)[1:-1]))
    for spelling in dict.fromkeys((name, name.casefold().translate(SPELT_OUT))):
        for key in _both_cut(spelling):
            yield from _turned(key)
        for word in (*re.split(r"[\W_]+", spelling), *spelling.split()):
            if len(word) >= SHORTEST_WORD:
                yield from _both_cut(word)
        yield from _joined([_folded(re.sub(r"[\W_]", "", word)) for word in spelling.split()])


def _joined(words: list[str]) -> Iterator[Key]:
    """Each word without its marks, and what logins are made of: words and initials."""
    words = [word for word in words if word]
    made = set(words)
    if len(words) > 1:
        first, last = words[0], words[-1]
        initials = "".join(word[0] for word in words)
        made |= {first[0] + last, last + first[0], first + last[0], last[0] + first}
        made |= {first + last, last + first, initials[:-1] + last, last + initials[:-1]}
    yield from ((one,) for one in made if len(one) >= (SHORTEST_WORD + (one not in words)))


def _turned(key: Key) -> Iterator[Key]:
    """A name begun with whichever of its runs, parted and joined, and each long run of it."""
    for turn in range(len(key)):
        turned = key[turn:] + key[:turn]
        yield from (turned, ("".join(turned),))
    yield from ((word,) for word in key if len(word) >= SHORTEST_WORD)


def _both_cut(spelling: str) -> Iterator[Key]:
    """As it stands, and where its case is lost: ``McKay`` is two runs and ``MCKAY`` one."""
    for text in dict.fromkeys((spelling, spelling.casefold())):
        key = tuple(one.word for one in _pieces(unicodedata.normalize("NFC", text)))
        if key:
            yield key


def _is_telling(key: Key) -> bool:
    """Whether an identifier is no mere figure or letter."""
    return len(key) > 1 or len(key[0]) >= (SHORTEST_NUMBER if key[0].isdigit() else 2)


def _pieces(text: str) -> Iterator[Piece]:
    for run in RUN.finditer(text):
        start = run.start()
        for end in range(run.start() + 1, run.end() + 1):
            if end == run.end() or (text[end - 1].islower() and text[end].isupper()):
                yield Piece(_folded(text[start:end]), start, end)
                start = end


def _folded(run: str) -> str:
    parts = unicodedata.normalize("NFKD", run)
    bare = "".join(sign for sign in parts if unicodedata.category(sign) != "Mn")
    return bare.casefold().translate(BARE)


def _is_close(run: list[Piece]) -> bool:
    return all(b.start - a.end <= WIDEST_GAP for a, b in itertools.pairwise(run))


def _is_whole(text: str, run: list[Piece]) -> bool:
    """Whether a number is not the decimals of a figure, nor has some."""
    if len(run) > 1 or not run[0].word.isdigit():
        return True
    before, behind = text[: run[0].start][-2:], text[run[0].end :][:2]
    decimals = len(before) == 2 and before[0].isdigit() and before[1] in ".,"
    return not decimals and not (len(behind) == 2 and behind[0] in ".," and behind[1].isdigit())
