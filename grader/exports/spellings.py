"""What somebody may be called by in a text: names, identifiers, and logins made of them."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from grader.exports.pieces import pieces
from grader.people.names import SPELT_OUT, bare, in_order

SHORTEST_WORD = 3
"""Letters that a part of a name has; shorter ones are words of every language."""
SHORTEST_NUMBER = 4
"""Digits that a number has which names a person; shorter ones are figures."""
SHORTEST_GIVEN = 2
"""Signs of a given name of East Asia; a single one is a word of the language."""

Key = tuple[str, ...]
"""Runs that stand in a row."""


@dataclass(frozen=True)
class Person:
    """Somebody, with everything they are known by."""

    pseudonym: str
    name: str
    identifiers: tuple[str, ...]


def spellings(one: Person) -> Iterator[str]:
    """Whole names and identifiers of two characters at least."""
    name = in_order(one.name)
    whole = (one.name, name, "".join(name.split()), *one.identifiers)
    composed = (unicodedata.normalize("NFC", spelling) for spelling in whole)
    yield from (spelling for spelling in composed if len(spelling) > 1)


def given_names(one: Person) -> Iterator[str]:
    """What stands behind the family name, of one sign or two; or the words, if it is parted."""
    words = unicodedata.normalize("NFC", in_order(one.name)).split()
    for word in words:
        if all(map(_is_east_asian, word)):
            begins = (0,) if len(words) > 1 else (1, 2)
            yield from (word[at:] for at in begins if len(word) - at >= SHORTEST_GIVEN)


def _is_east_asian(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith(("CJK UNIFIED", "HANGUL"))


def keys(one: Person) -> Iterator[Key]:
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
        yield from _joined([bare(re.sub(r"[\W_]", "", word)) for word in spelling.split()])


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
        key = tuple(one.word for one in pieces(unicodedata.normalize("NFC", text)))
        if key:
            yield key


def _is_telling(key: Key) -> bool:
    """Whether an identifier is no mere figure or letter."""
    return len(key) > 1 or len(key[0]) >= (SHORTEST_NUMBER if key[0].isdigit() else 2)
