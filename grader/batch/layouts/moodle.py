"""What Moodle's "download all submissions" gives, as a zip or unpacked.

``Ada Lovelace_12345_assignsubmission_file`` is the folder of what she uploaded. With Moodle's
folders turned off it is what the name of each file begins with. The number is that of the
participant in this assignment alone; a team has its own, and who is in no team has none.
"""

import re
from collections import defaultdict
from pathlib import Path

from grader.batch.layouts.interface import Findings, Found, Left, Person, Place
from grader.batch.layouts.listing import list_folder, work_in
from grader.batch.layouts.staging import TOO_MUCH, stage
from grader.model.roll import Layout
from grader.people.names import folded, printable

PART = re.compile(
    r"(?P<name>.+?)(?:_(?P<id>\d+))?_assignsubmission_(?P<kind>[a-z]+)(?:_(?P<file>.*))?", re.S
)
UPLOADED = "file"
NOBODY = "participant"
"""What everybody is called where the names are hidden from who marks."""


class Moodle:
    """Known by a word that is in no other names."""

    name = Layout.MOODLE
    looks = "folders or files like 'Ada Lovelace_12345_assignsubmission_file'"

    def fits(self, place: Place) -> bool:
        """Whether Moodle named at least half of what is here."""
        return list_folder(place).mostly(lambda path: bool(PART.fullmatch(path.name)))

    def find(self, place: Place) -> Findings:
        """Return what each participant uploaded."""
        listing = list_folder(place)
        findings = Findings(left=listing.left)
        loose = defaultdict[Person, dict[str, Path]](dict)
        for path in listing.things:
            part = PART.fullmatch(path.name)
            source = place.source(path)
            if part is None:
                findings.left.append(Left(source, "is not named as Moodle names submissions"))
            elif part["kind"] != UPLOADED:
                why = "was typed into Moodle and is no code: ask for a script or notebook"
                findings.left.append(Left(source, why, _person(part)))
            elif path.is_dir():
                opened = work_in(path)
                findings.found.append(Found(opened, place.source(opened), _person(part)))
            else:
                loose[_person(part)][part["file"] or path.name] = path
        for person, files in loose.items():
            _add(findings, place, person, files)
        return findings


def _person(part: re.Match[str]) -> Person:
    name = printable(part["name"].replace("_", " "))
    number = part["id"] or ""
    apart = f"{name} {number}".strip()
    known_as = (number,) if number else ()
    if folded(name) == NOBODY:  # the bare number may be a student's in another system
        return Person(apart, known_as=(apart,) if number else (), apart=apart)
    return Person(name, (name,), known_as, apart if number else "")


def _add(findings: Findings, place: Place, person: Person, files: dict[str, Path]) -> None:
    """Add what lies as files side by side, as one submission."""
    first = next(iter(files.values()))
    several = first.with_name(first.name.removesuffix(next(iter(files))) + "*")
    source = place.source(first if len(files) == 1 else several)
    opened = stage(place, person.apart or person.called, files)
    if opened is None:
        findings.left.append(Left(source, TOO_MUCH, person))
    else:
        findings.found.append(Found(opened, source, person))
