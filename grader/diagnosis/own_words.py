"""What a course says in its own words: ``rubrics/diagnosis.yaml``, any part of any text.

What it says replaces ours, text by text and field by field. All of it is looked at when the course
is loaded: a text that could not be filled would fail only on who makes its mistake.
"""

import string
import textwrap
from collections.abc import Collection, Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml
from pydantic import model_validator

from grader.course.yaml_files import read_model
from grader.diagnosis.texts import LONGEST, Text, Wording, our_texts
from grader.errors import CourseError
from grader.model.base import Frozen

FILLED = ("explanation", "fix")
"""The parts of a text that have places."""
ALIKE = 0.5
"""From which likeness on another name may have been meant."""
WIDTH = 96
HEAD = "# Put into rubrics/diagnosis.yaml what is to be said differently, and leave out the rest.\n"

Change = Mapping[str, str]


class Changes(Frozen):
    """A course's ``diagnosis.yaml``; where nothing stands, nothing is changed."""

    texts: dict[str, dict[str, str] | None] | None = None

    @model_validator(mode="before")
    @classmethod
    def _only_comments(cls, document: Any) -> Any:
        return {} if document is None else document


def load_wording(course_file: Path | None = None) -> Wording:
    """Return our texts with a course's changes, if it has any. Raises CourseError."""
    if course_file is None:
        return Wording(our_texts())
    misnamed = course_file.with_suffix(".yml")
    if misnamed.is_file():
        raise CourseError(
            f"the wording {misnamed} is not read: name it {course_file.name}, or remove it"
        )
    changes = changes_in(course_file) if course_file.is_file() else {}
    return Wording(dict(our_texts()) | _changed(_with_ideas(changes)))


def changes_in(file: Path) -> dict[str, Change]:
    """Return the parts of texts in a course's file by name. Raises CourseError."""
    read = read_model(file, Changes, "wording").texts or {}
    found: dict[str, Change] = {name: change or {} for name, change in read.items()}
    wrong = [said for name, change in found.items() for said in _problems(name, change)]
    if wrong:
        raise CourseError(f"the wording {file} is wrong: {'; '.join(wrong)}")
    return found


def doubts(file: Path, headings: Collection[str]) -> list[str]:
    """What may be no mistake in a course's file, one sentence each. Raises CourseError.

    ``headings`` are those of the course's handouts; none where it has no handouts.
    """
    changes = changes_in(file)
    found = []
    for name, text in _changed(changes).items():
        if text.words > LONGEST:
            found.append(f"'{name}' has {text.words} words: more than {LONGEST} are not read")
        if headings and "idea" in changes[name] and text.idea not in headings:
            found.append(f"the idea of '{name}', '{text.idea}', is a heading of no handout")
    return found


def as_file(wording: Wording, names: Sequence[str]) -> str:
    """Return texts as a course's file has them, each with the places it may use.

    A mistake's name stands for its variants, too; no name for all. Raises CourseError.
    """
    for name in names:
        if name not in wording.texts:
            raise CourseError(f"'{name}' is no mistake we know{meant(name, wording.texts)}")
    wanted = [
        name
        for name in wording.texts
        if not names or name in names or name.partition("/")[0] in names
    ]
    return HEAD + "texts:\n" + "".join(_entry(name, wording.texts[name]) for name in wanted)


def meant(name: str, known: Collection[str]) -> str:
    """End a sentence about an unknown name with the one that is most like it, if any is."""
    near = get_close_matches(name.lower(), list(known), 1, ALIKE)
    return f", did you mean '{near[0]}'?" if near else ""


def _entry(name: str, text: Text) -> str:
    dumped = yaml.safe_dump(
        {name: text.model_dump()}, sort_keys=False, allow_unicode=True, width=WIDTH
    )
    return textwrap.indent(f"# places: {_places(our_texts()[name])}\n{dumped}", "  ")


def _places(text: Text) -> str:
    return ", ".join(f"{{{place}}}" for place in sorted(text.places))


def _with_ideas(changes: Mapping[str, Change]) -> dict[str, Change]:
    """The same, a mistake's idea given to those of its variants that share it with us."""
    ours, found = our_texts(), dict(changes)
    for name, change in changes.items():
        for variant in ours if "idea" in change else ():
            if variant.startswith(f"{name}/") and ours[variant].idea == ours[name].idea:
                found[variant] = {"idea": change["idea"], **found.get(variant, {})}
    return found


def _changed(changes: Mapping[str, Change]) -> dict[str, Text]:
    ours = our_texts()
    return {
        name: Text.model_validate(ours[name].model_dump() | dict(change))
        for name, change in changes.items()
    }


def _problems(name: str, change: Change) -> Iterator[str]:
    ours = our_texts().get(name)
    if ours is None:
        near = meant(name, our_texts())
        yield f"it has a text for '{name}', which is no mistake we know{near}"
        return
    for part, words in change.items():
        if part not in Text.model_fields:
            yield f"'{name}' has no '{part}': write {', '.join(Text.model_fields)}"
            continue
        said = _problem(part, words, ours)
        if said:
            yield f"the {part} of '{name}' {said}"


def _problem(part: str, words: str, ours: Text) -> str:
    """What is wrong with a part of a text, an empty sentence where it can be filled."""
    if not words.strip():
        return "is empty"
    if part not in FILLED:
        return "has a brace, but it is never filled" if "{" in words or "}" in words else ""
    try:
        fields = list(string.Formatter().parse(words))
    except ValueError:
        return "has a single brace: write {place}, and {{ or }} where a brace is to be read"
    for _, place, spec, conversion in fields:
        if place is not None and place not in ours.places:
            return f"asks for {{{place}}}: it can have {_places(ours)}"
        if spec or conversion:
            return f"formats {{{place}}}: it is filled as it is, write no more than {{{place}}}"
    return ""
