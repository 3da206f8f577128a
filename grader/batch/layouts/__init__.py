"""The submissions of a class, however their folder is laid out: one literal table of layouts."""

import contextlib
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from grader.batch.layouts.canvas import Canvas
from grader.batch.layouts.interface import Finder, Findings, Left, Place
from grader.batch.layouts.listing import list_folder
from grader.batch.layouts.moodle import Moodle
from grader.batch.layouts.nbgrader import Nbgrader
from grader.batch.layouts.people import sort_out
from grader.batch.layouts.plain import Plain
from grader.batch.layouts.repositories import Repositories
from grader.discovery import Limits, identifier, is_archive, unpacked
from grader.errors import SubmissionError
from grader.model.roll import Layout, Roll
from grader.people.names import printable
from grader.people.roster import Roster

LAYOUTS: tuple[Finder, ...] = (Moodle(), Repositories(), Nbgrader(), Canvas(), Plain())
"""From what cannot be taken for anything else to what fits everywhere."""
CLASS = Limits(
    max_files=20_000,
    max_bytes=4_000_000_000,
    max_levels=16,
    remedy="unpack it yourself, and name the folder",
)


@dataclass(frozen=True)
class OpenedClass:
    """The roll, and for each student of its entries what ``open_submission`` opens."""

    roll: Roll
    paths: Mapping[str, Path]


@contextlib.contextmanager
def open_class(
    folder: Path,
    assignment: str,
    *,
    roster: Roster | None = None,
    due: datetime | None = None,
    layout: Layout | None = None,
    leave: Path | None = None,
) -> Iterator[OpenedClass]:
    """Yield the submissions in ``folder``, which may be a zip; the paths hold while it is open.

    ``layout`` is found out where it is not given, ``due`` without a zone is in this machine's, and
    ``leave`` is a folder of results, which may lie inside. Raises SubmissionError.
    """
    with contextlib.ExitStack() as kept:
        try:
            opened = _opened(folder, assignment, roster, due, layout, leave, kept)
        except OSError as error:
            raise SubmissionError(
                f"{folder} cannot be read ({error.strerror}): check its rights, and that there is "
                "room for temporary files"
            ) from None
        yield opened


def _opened(
    folder: Path,
    assignment: str,
    roster: Roster | None,
    due: datetime | None,
    layout: Layout | None,
    leave: Path | None,
    kept: contextlib.ExitStack,
) -> OpenedClass:
    refused: list[Left] = []
    base = _base(folder, refused, kept)
    # Made where something is copied: a grader that is killed leaves nothing of most classes.
    scratch = Path(tempfile.gettempdir(), f"lab-grader-class-{secrets.token_hex(8)}")
    kept.callback(shutil.rmtree, scratch, ignore_errors=True)
    outer = Place(base, base, assignment, scratch, leave.resolve() if leave else None)
    finder, place = _choose(outer, layout, zipped=not folder.is_dir())
    findings = finder.find(place)
    if place != outer:
        refused += list_folder(outer).left
    if not findings.found:
        raise _nothing(folder, finder, [*refused, *findings.left])
    if roster is not None and finder.name is Layout.REPOSITORIES:  # logins of another place
        roster = replace(roster, addresses=False)
    people = sort_out(Findings(findings.found, findings.left + refused), roster, due)
    roll = Roll(
        assignment=assignment,
        layout=finder.name,
        entries=people.entries,
        left=people.left,
        missing=people.missing,
    )
    return OpenedClass(roll, people.paths)


def _base(folder: Path, refused: list[Left], kept: contextlib.ExitStack) -> Path:
    """The folder, or that of an unpacked zip; what is refused of it is added to ``refused``."""
    if folder.is_dir():
        return folder.resolve()
    if not folder.exists():
        raise SubmissionError(f"there is nothing at {folder}: check the path of the class's folder")
    if not is_archive(folder):
        raise SubmissionError(
            f"{folder} is neither a folder nor a zip: name the folder that holds the submissions"
        )

    def refuse(name: str, why: str) -> None:
        said = f"is left out of what is unpacked: {why}; ask for it again"
        refused.append(Left(printable(name)[:300], said))

    return kept.enter_context(unpacked(folder, CLASS, refuse))


def _choose(outer: Place, layout: Layout | None, *, zipped: bool) -> tuple[Finder, Place]:
    """The layout that was asked for, or the most particular that fits, and where.

    People pack and unpack folders, so it may be in the only folder there is. A plain one is taken
    for that only where it is called like its zip: it might be the only student.
    """
    *particular, plain = LAYOUTS
    asked = [one for one in LAYOUTS if one.name is layout]
    tried = [one for one in asked or particular if one is not plain]
    inner = _only_folder(outer)
    for place in filter(None, (outer, inner)):
        for finder in tried:
            if finder.fits(place):
                return finder, place
    if asked and tried:
        return asked[0], outer
    packed = zipped and inner and identifier(inner.folder.name) == outer.folder.name
    return plain, inner if inner and packed else outer


def _only_folder(place: Place) -> Place | None:
    listing = list_folder(place)
    if listing.files or len(listing.folders) != 1:
        return None
    return replace(place, folder=listing.folders[0])


def _nothing(folder: Path, finder: Finder, left: list[Left]) -> SubmissionError:
    first = f" ({left[0].source[:80]!a} {left[0].reason})" if left else ""
    return SubmissionError(
        f"{folder} holds no submission in the layout '{finder.name}'{first}: it should hold "
        f"{finder.looks}"
    )
