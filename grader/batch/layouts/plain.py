"""A file, folder or zip per student, named after them."""

from pathlib import Path

from grader.batch.layouts.interface import Findings, Found, Left, Person, Place
from grader.batch.layouts.labels import without_assignment
from grader.batch.layouts.listing import list_folder, work_in
from grader.discovery.limits import CODE
from grader.model.roll import Layout

OPENED = (*CODE, ".zip")
ARCHIVES = (".rar", ".7z", ".gz", ".tgz", ".tar", ".bz2", ".xz")


class Plain:
    """Fits everywhere, so it is asked last."""

    name = Layout.PLAIN
    looks = "a script, a notebook, a folder or a zip per student, named after them"

    def fits(self, place: Place) -> bool:
        """Yes: whatever is here may be somebody's."""
        return True

    def find(self, place: Place) -> Findings:
        """Return a submission for each thing that can be opened, called like it."""
        listing = list_folder(place)
        files = [path for path in listing.files if path.suffix.lower() in OPENED]
        things = sorted([*listing.folders, *files])
        labels = without_assignment([_label(path) for path in things], (place.assignment,))
        found = [
            _found(place, path, Person(label)) for path, label in zip(things, labels, strict=True)
        ]
        left = [_left(place, path) for path in listing.files if path not in files]
        return Findings(found, listing.left + left)


def _label(path: Path) -> str:
    return path.name if path.is_dir() else path.stem


def _found(place: Place, path: Path, person: Person) -> Found:
    opened = work_in(path) if path.is_dir() else path
    return Found(opened, place.source(opened), person)


def _left(place: Place, path: Path) -> Left:
    source = place.source(path)
    owner = Person(path.name.partition(".")[0])
    if path.suffix.lower() not in ARCHIVES:
        why = "is neither a .py script, an .ipynb notebook, a folder nor a zip: ask for one"
        return Left(source, why, owner, if_listed=True)
    return Left(source, "is an archive that is not opened: unpack it, or ask for a zip", owner)
