"""How the names of people are compared: the same name in two systems is seldom the same string."""

import unicodedata

from grader.discovery import identifier

INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}
"""Unicode categories of what is not seen: control, format (marks of direction), lone surrogates."""

FILES = (".json", ".html", ".csv")
"""What names of files end in that lie among the folders of results."""

BARE = str.maketrans({"\u0131": "i", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe"})
"""Letters that no accent parts from the one they are written as elsewhere."""
SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
"""What letters are written as where there is no such key."""


def student_called(name: str) -> str:
    """Return the identifier of somebody called ``name``: it names a folder among those files."""
    found = identifier(unicodedata.normalize("NFC", name))
    stem, _, suffix = found.rpartition(".")
    return f"{stem}-{suffix}" if found.casefold().endswith(FILES) else found


def printable(text: str) -> str:
    """Return ``text`` on one line and without what is not seen or turns the line around."""
    text = unicodedata.normalize("NFC", text)
    spaced = "".join(" " if letter.isspace() else letter for letter in text)
    seen = (letter for letter in spaced if unicodedata.category(letter) not in INVISIBLE)
    return " ".join("".join(seen).split())


def folded(text: str) -> str:
    """Return what two spellings of one identifier have in common."""
    return unicodedata.normalize("NFKC", printable(text)).casefold()


def folder_key(student: str) -> str:
    """Return what two names of folders have in common on a disk that ignores case."""
    return unicodedata.normalize("NFC", student).casefold()


def in_order(name: str) -> str:
    """Return "Last, First" as "First Last", and any other name as it is."""
    last, comma, first = printable(name).partition(",")
    if not comma or "," in first or not first.strip():
        return printable(name)
    return f"{first.strip()} {last.strip()}"


def same_name(one: str, other: str) -> bool:
    """Whether two full names differ in order, case, accents, spaces and marks alone, or in how
    letters are written that not everybody has: ø as o or oe, ü as u or ue.
    """
    return any(
        _words(plain) == _words(others) or bool(squashings(plain) & squashings(others))
        for plain in _spellings(one)
        for others in _spellings(other)
    )


def _spellings(name: str) -> set[str]:
    ordered = in_order(name).casefold()
    return {bare(ordered), bare(ordered.translate(SPELT_OUT))}


def bare(name: str) -> str:
    """Return a name without accents and case."""
    parts = unicodedata.normalize("NFKD", name)
    plain = "".join(letter for letter in parts if unicodedata.category(letter) != "Mn")
    return plain.casefold().translate(BARE)


def _words(name: str) -> list[str]:
    return sorted(filter(None, map(squashed, name.replace("-", " ").split())))


def squashed(name: str) -> str:
    """Return the letters and digits alone, as Canvas names files after people."""
    return "".join(letter for letter in folded(name) if letter.isalnum())


def squashings(name: str) -> set[str]:
    """Return ``name`` squashed, from whichever of its words on: the last names come first or last,
    and where they begin is not known.
    """
    words = in_order(name).split()
    rotated = (words[turn:] + words[:turn] for turn in range(len(words)))
    return {squashed("".join(turned)) for turned in rotated} - {""}
