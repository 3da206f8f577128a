"""What a student is told of each mistake: texts apart from rules, so a course can reword them.

``wording/`` has a text for every mistake, one file per family of rules. A course may have
``rubrics/diagnosis.yaml`` with the same keys: what it says replaces ours, text by text and field by
field. ``{places}`` in a text are filled with what this run showed; a text may leave them out, and
can name no others.
"""

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic import Field

from grader.course.yaml_files import read_model
from grader.errors import CourseError
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
        """The names of the facts it asks for."""
        parts = string.Formatter().parse(f"{self.explanation} {self.fix}")
        return frozenset(name for _, name, _, _ in parts if name is not None)


class Texts(Frozen):
    """A file of ours: texts by the mistake's name, a variant's as ``name/variant``."""

    texts: dict[str, Text]


class Changes(Frozen):
    """A course's ``diagnosis.yaml``: any part of any text."""

    texts: dict[str, dict[str, str]]


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


def load_wording(course_file: Path | None = None) -> Wording:
    """Return our texts with a course's changes, if it has any. Raises CourseError."""
    texts = dict(_ours())
    if course_file is not None and course_file.is_file():
        changes = read_model(course_file, Changes, "wording")
        for name, change in changes.texts.items():
            texts[name] = _changed(course_file, name, texts.get(name), change)
    return Wording(texts)


@lru_cache(maxsize=1)
def _ours() -> Mapping[str, Text]:
    files = [read_model(path, Texts, "wording") for path in sorted(OURS.glob("*.yaml"))]
    return {name: text for one in files for name, text in one.texts.items()}


def _changed(file: Path, name: str, text: Text | None, change: Mapping[str, str]) -> Text:
    if text is None:
        raise CourseError(f"{file} has a text for '{name}', which is no mistake we know")
    unknown = set(change) - set(Text.model_fields)
    if unknown:
        raise CourseError(
            f"{file}: '{name}' has no '{min(unknown)}': write {', '.join(Text.model_fields)}"
        )
    try:
        changed = Text.model_validate(text.model_dump() | dict(change))
        foreign = changed.places - text.places - {"where"}
    except ValueError:  # an empty text, or a brace without its other half
        raise CourseError(f"{file}: the text '{name}' is empty or has a single brace") from None
    if foreign:
        known = ", ".join(f"{{{place}}}" for place in sorted(text.places)) or "none"
        raise CourseError(f"{file}: '{name}' asks for {{{min(foreign)}}}; it can have {known}")
    return changed
