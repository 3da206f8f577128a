"""What a golden test of a mistake is made of: a run that shows it, and the text a student reads.

Each family of rules has its runs in ``cases_FAMILY.py`` as ``CASES``; a new file needs no entry
anywhere. With ``GOLDEN=write`` in the environment the texts are written anew: read them before you
keep them.
"""

import importlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from builders import baseline

from grader.diagnosis import diagnose, load_wording
from grader.diagnosis.case import Case
from grader.diagnosis.path import suspected
from grader.model.baseline import Baseline
from grader.model.diagnosis import Diagnosis
from grader.model.evidence import Evidence

HERE = Path(__file__).parent
FOLDER = HERE / "golden"
LABS = ("lab1", "lab2", "lab3")
WORDING = load_wording()


@dataclass(frozen=True)
class Golden:
    """A run that shows one mistake before all others; ``labs`` are those it can happen in.

    ``name`` is the text's: the mistake's, or ``mistake/variant``. ``tag`` tells apart several runs
    that show the same text.
    """

    name: str
    evidence: Evidence
    expected: Baseline = field(default_factory=baseline)
    labs: tuple[str, ...] = LABS
    tag: str = ""

    @property
    def mistake(self) -> str:
        """The id of the mistake."""
        return self.name.partition("/")[0]

    @property
    def variant(self) -> str:
        """The variant of its text."""
        return self.name.partition("/")[2]

    @property
    def file(self) -> Path:
        """Where the text is kept."""
        parts = [self.name.replace("/", "."), self.tag]
        return FOLDER / f"{'.'.join(part for part in parts if part)}.txt"

    @property
    def told(self) -> list[Diagnosis]:
        """What a student is told of the run."""
        return list(diagnose(self.evidence, self.expected, WORDING))

    @property
    def variants(self) -> list[str]:
        """The variant that the mistake's rule chose, if it saw the mistake."""
        found = suspected(Case(self.evidence, self.expected))
        return [one.suspicion.variant for one in found if one.mistake.id == self.mistake]


def all_cases() -> Iterator[Golden]:
    """Every family's runs."""
    for path in sorted(HERE.glob("cases_*.py")):
        yield from importlib.import_module(path.stem).CASES


def as_read(one: Diagnosis) -> str:
    """The whole of a diagnosis, as a student reads it."""
    place = one.where.words if one.where is not None else "nowhere in particular"
    return (
        f"{one.title}\n\n{one.explanation}\n\n{one.fix}\n\n"
        f"Handout: {one.idea}\nPlace: {place}\nHow sure: {one.confidence}\nEffect: {one.effect}\n"
    )
