"""Where a loader's data set comes from: the one place that names the wrong pictures."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from grader.diagnosis.case import Case
from grader.diagnosis.code import Assignment, Call, constant, written
from grader.diagnosis.effort import walk
from grader.model.source import Place

LOADER = "DataLoader"
WORDS = {
    "train": re.compile(r"(?<![a-z])train(?:ing)?(?![a-z])", re.I),
    "valid": re.compile(r"(?<![a-z])(?:valid(?:ation)?|val|test(?:ing)?|eval)(?![a-z])", re.I),
}
"""What the names of files and folders call the two sets."""
SETS = {"train": "training", "valid": "validation"}
FILE = re.compile(r"\.\w+$")
DEEP = 5


@dataclass(frozen=True)
class Source:
    """What is made of the wrong pictures, where, by which words, and what belongs there."""

    name: str
    place: Place
    wrong: str
    right: str


def source_of(case: Case, loader: Call, wanted: str) -> Source | None:
    """What to change so that a loader has the ``wanted`` set, ``train`` or ``valid``; ``None``
    where that is not one place, or others use what is made there.
    """
    chain = _chain(case, loader.argument(0, "dataset"))
    others = [one for one in case.code.called(LOADER) if one.node is not loader.node]
    shared = [link for one in others for link in _chain(case, one.argument(0, "dataset"))]
    own = [one for one in chain if not any(one.value is other.value for other in shared)]
    found = [one for link in _once(own) for one in _named_wrongly(link, wanted)]
    if found:
        return found[0] if len(found) == 1 else None
    return _of_the_same(own, chain, shared, wanted)


def _chain(case: Case, node: ast.expr | None) -> list[Assignment]:
    """The assignments that an expression comes from, the nearest first."""
    found: list[Assignment] = []
    parts = [node] if node is not None else []
    for _ in range(DEEP):
        names = [one.id for part in parts for one in walk(part) if isinstance(one, ast.Name)]
        links = [link for name in dict.fromkeys(names) for link in case.code.assigned(name)]
        fresh = [link for link in links if not any(link.value is one.value for one in found)]
        parts = [link.value for link in fresh]
        found += fresh
    return found


def _once(links: list[Assignment]) -> list[Assignment]:
    """One of the names that a value is given to at once: the first."""
    return list({id(one.value): one for one in reversed(links)}.values())


def _named_wrongly(link: Assignment, wanted: str) -> Iterator[Source]:
    """The arguments in a value that name the other set."""
    calls = [one for one in walk(link.value) if isinstance(one, ast.Call)]
    for call in calls:
        for one in call.keywords:
            if one.arg == "train" and constant(one.value) is (wanted == "valid"):
                flag = wanted == "train"
                yield Source(link.name, link.place, f"train={not flag}", f"train={flag}")
        for given in [*call.args, *(one.value for one in call.keywords)]:
            text = constant(given)
            if isinstance(text, str) and _names_other(text, wanted):
                kind = "file" if FILE.search(text) else "set"
                named = f'"{text.rpartition("/")[2] or text}"'
                yield Source(link.name, link.place, named, f"the {SETS[wanted]} {kind}'s name")


def _names_other(text: str, wanted: str) -> bool:
    other = "valid" if wanted == "train" else "train"
    return WORDS[other].search(text) is not None and WORDS[wanted].search(text) is None


def _of_the_same(
    own: list[Assignment], chain: list[Assignment], shared: list[Assignment], wanted: str
) -> Source | None:
    """A data set that is made of the very things that the other loader's is made of."""
    made = own[0] if len(own) == 1 and chain[0] is own[0] else None
    if made is None or not isinstance(made.value, ast.Call):
        return None
    same = any(written(one.value) == written(made.value) for one in shared)
    sources = {one.name for one in shared}
    inside = [one.id for one in walk(made.value) if isinstance(one, ast.Name)]
    names = [one for one in dict.fromkeys(inside) if one in sources]
    if not same or not names:
        return None
    return Source(made.name, made.place, " and ".join(names), f"the {SETS[wanted]} data")
