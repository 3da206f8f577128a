"""Clones of assignment repositories, a folder per student.

GitHub Classroom calls them after the assignment and the student, ``lab1-ada``, and its own program
puts the clones of ``lab1`` into ``lab1-submissions``.

Git is never run here: the configuration and hooks in somebody's clone are programs. Nor is a time
read: a clone's own log tells when it was cloned, and a commit has the time its author gave it.
"""

import os
from pathlib import Path

from grader.batch.layouts.interface import Findings, Found, Left, Person, Place
from grader.batch.layouts.labels import without_assignment
from grader.batch.layouts.listing import list_folder
from grader.model.roll import Layout

CLONES = "-submissions"


class Repositories:
    """Known by most of it being clones."""

    name = Layout.REPOSITORIES
    looks = "a clone of each student's repository, with its '.git'"

    def fits(self, place: Place) -> bool:
        """Whether at least half of what is here are clones."""
        return list_folder(place).mostly(_is_clone)

    def find(self, place: Place) -> Findings:
        """Return the clones, called like their owners."""
        listing = list_folder(place)
        clones = [path for path in listing.folders if _is_clone(path)]
        labels = without_assignment([path.name for path in clones], _slugs(place))
        found = [
            Found(path, place.source(path), Person(label))
            for path, label in zip(clones, labels, strict=True)
        ]
        why = "is no clone of a repository: it is graded where the layout is said to be plain"
        others = [path for path in listing.things if path not in clones]
        return Findings(found, listing.left + [Left(place.source(path), why) for path in others])


def _slugs(place: Place) -> list[str]:
    """What Classroom may call the assignment."""
    name = place.folder.name
    told = [name.removesuffix(CLONES)] if name.endswith(CLONES) else []
    return [*told, place.assignment]


def _is_clone(folder: Path) -> bool:
    return os.path.lexists(folder / ".git")
