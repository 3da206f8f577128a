"""Mistakes as patches: a mutant is a right solution with a few pieces of its text replaced."""

import importlib.util
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from benchmarks.diagnosis.catalogue import LABS, MISTAKES

STYLES = Path(__file__).parent / "styles"
FULL = {"lab1": 5, "lab2": 20, "lab3": 20}
"""How many epochs the labs ask for."""


class PatchError(Exception):
    """A patch that does not fit its style."""


@dataclass(frozen=True)
class Edit:
    """Replace ``old``, which must stand in the text exactly once, by ``new``; in ``labs`` only."""

    old: str
    new: str
    labs: tuple[str, ...] = LABS


Mutants = Mapping[str, Sequence[Edit]]
"""The edits that plant a mistake, by its id."""


@dataclass(frozen=True)
class Mutant:
    """A program with one mistake in it; with none where ``mistake`` is empty."""

    style: str
    lab: str
    mistake: str
    text: str

    @property
    def name(self) -> str:
        """The same in one word."""
        return f"{self.style}-{self.lab}-{self.mistake or 'right'}"


def styles() -> list[str]:
    """The styles there are, those without mutants included."""
    return sorted(path.name for path in STYLES.iterdir() if (path / "lab1.py").is_file())


def source(style: str, lab: str) -> str:
    """The right solution of ``lab`` in a style."""
    return (STYLES / style / f"{lab}.py").read_text(encoding="utf-8")


def table(style: str) -> Mutants:
    """The edits of a style; none where nobody wrote any."""
    found: Mutants = getattr(_module(style), "MUTANTS", {})
    return found


def left_out(style: str) -> Mapping[tuple[str, str], str]:
    """Mistakes and labs that a style cannot have, each with the reason."""
    found: Mapping[tuple[str, str], str] = getattr(_module(style), "LEFT_OUT", {})
    return found


def _module(style: str) -> ModuleType | None:
    name = f"{__package__}.mutants.{style}"
    return importlib.import_module(name) if importlib.util.find_spec(name) else None


def applied(text: str, edits: Sequence[Edit], name: str) -> str:
    """Return ``text`` with the edits made in order. Raises PatchError."""
    for one in edits:
        count = text.count(one.old)
        if count != 1:
            raise PatchError(f"{name}: {one.old!r} stands in the text {count} times, not once")
        text = text.replace(one.old, one.new)
    return text


def mutants(style: str) -> list[Mutant]:
    """Every mutant of a style, the right solutions first. Raises PatchError."""
    known = {one.id: one for one in MISTAKES}
    found = [Mutant(style, lab, "", source(style, lab)) for lab in LABS]
    for mistake, edits in table(style).items():
        if mistake not in known:
            raise PatchError(f"{style}: the catalogue has no {mistake}")
        for lab in LABS:
            some = [one for one in edits if lab in one.labs]
            if not some:
                continue
            if lab not in known[mistake].labs:
                raise PatchError(f"{style}: {mistake} is not for {lab}")
            text = applied(source(style, lab), some, f"{style}-{lab}-{mistake}")
            found.append(Mutant(style, lab, mistake, text))
    return found


EPOCHS = (
    r"(\w*epochs?\s*(?::\s*int)?\s*=\s*)({n})\b",
    r"(for \w+ in (?:\w+\.)?t?range\()({n})(?=\))",
    r"(for \w+ in (?:\w+\()?range\(1, )({m})(?=\))",
    r'(--epochs\\?", type=int, default=)({n})\b',
)


def shortened(text: str, lab: str, epochs: int) -> str | None:
    """The same program with fewer epochs; ``None`` where it is not one number in its text."""
    full = FULL[lab]
    places = []
    for pattern in EPOCHS:
        regex = re.compile(pattern.replace("{n}", str(full)).replace("{m}", str(full + 1)), re.I)
        places += [(one.start(2), one.end(2), one.group(2)) for one in regex.finditer(text)]
    if len(set(places)) != 1:
        return None
    start, end, written = places[0]
    return text[:start] + str(epochs + int(written) - full) + text[end:]
