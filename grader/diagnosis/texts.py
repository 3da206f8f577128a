"""What a student is told of each mistake: texts apart from rules, so a course can reword them.

``wording/`` has a text for every mistake, one file per family of rules. A course may have
``rubrics/diagnosis.yaml`` with the same keys, see ``own_words``. ``{places}`` in an explanation and
a fix are filled with what this run showed; titles and ideas stand as they are, since a class is
counted by them.
"""

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic import Field

from grader.course.yaml_files import read_model
from grader.model.base import Frozen

OURS = Path(__file__).parent / "wording"
SENTENCES = re.compile(r"(?<=[.!?]) +(?=[A-Z{])")
ENDS = re.compile(r"[:;] |, and ")
LONGEST = 60
"""Words of a whole text: what is longer is not read."""


class Text(Frozen):
    """The text of one mistake, or of a variant of it."""

    title: str = Field(min_length=1)
    explanation: str = Field(min_length=1)
    fix: str = Field(min_length=1)
    idea: str = Field(min_length=1)

    @property
    def places(self) -> frozenset[str]:
        """The names of the facts that it may ask for; the line is one of them for every mistake."""
        parts = string.Formatter().parse(f"{self.explanation} {self.fix}")
        return frozenset(name for _, name, _, _ in parts if name is not None) | {"where"}

    @property
    def words(self) -> int:
        """How many words a student reads, each place being one."""
        return len(f"{self.title} {self.explanation} {self.fix}".split())


class Texts(Frozen):
    """A file of ours: texts by the mistake's name, a variant's as ``name/variant``."""

    texts: dict[str, Text]


@dataclass(frozen=True)
class Wording:
    """All texts by name."""

    texts: Mapping[str, Text]

    def text(self, mistake: str, variant: str = "") -> Text:
        """The text of a mistake, or of a variant of it."""
        return self.texts[f"{mistake}/{variant}" if variant else mistake]


def without(text: str, fact: str) -> str:
    """A text without what it says of a fact: the end of a sentence, or all of it."""
    told = []
    for sentence in SENTENCES.split(text):
        before, asked, after = sentence.partition(f"{{{fact}}}")
        ends = list(ENDS.finditer(before))
        if not asked:
            told.append(sentence)
        elif ends and after == ".":
            told.append(f"{before[: ends[-1].start()]}.")
    return " ".join(told)


@lru_cache(maxsize=1)
def our_texts() -> Mapping[str, Text]:
    """Our texts by name."""
    files = [read_model(path, Texts, "wording") for path in sorted(OURS.glob("*.yaml"))]
    return {name: text for one in files for name, text in one.texts.items()}
