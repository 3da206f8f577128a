"""What Canvas's "download submissions" gives, as a zip or unpacked.

``lovelaceada_LATE_4711_98765_lab1-2.ipynb``: the squashed name with the last name first, whether it
came late (not by how much), the number of the user, that of the upload, and the name of the file,
to which Canvas adds how often that name was uploaded before. Where students are anonymous,
``anon_`` and some letters stand for the user and no name comes before.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from grader.batch.layouts.interface import Findings, Found, Left, Person, Place
from grader.batch.layouts.listing import list_folder
from grader.batch.layouts.staging import TOO_MUCH, stage
from grader.model.roll import Layout

OWNER = r"(?:(?:LATE_)?anon_(?P<anonymous>[0-9A-Za-z]+)|(?P<who>.+?)_(?:LATE_)?(?P<user>\d+))"
UPLOAD = re.compile(rf"{OWNER}_(?P<upload>\d+)_(?P<file>.+)", re.S | re.I)
LATE = re.compile(r"(?:.*_)?LATE_", re.S | re.I)
TYPED = re.compile(rf"{OWNER}_(?:text|link)\.html", re.S | re.I)
AGAIN = re.compile(r"(?P<stem>.+)-(?P<times>[1-9]\d?)(?P<suffix>(?:\.[^.]*)?)", re.S)


@dataclass(frozen=True)
class Upload:
    """One file. ``name`` is the student's own for it; the newest of one name has the greatest
    ``version``.
    """

    path: Path
    owner: Person
    prefix: str
    name: str
    version: tuple[int, int]
    late: bool


class Canvas:
    """Known by two numbers in the middle of most names."""

    name = Layout.CANVAS
    looks = "files like 'lovelaceada_4711_98765_lab1.ipynb'"

    def fits(self, place: Place) -> bool:
        """Whether Canvas named at least half of what is here."""
        return list_folder(place).mostly(lambda path: path.is_file() and _is_named(path.name))

    def find(self, place: Place) -> Findings:
        """Return what each user uploaded, of files uploaded again the newest."""
        listing = list_folder(place)
        findings = Findings(left=listing.left)
        uploads = defaultdict[Person, list[Upload]](list)
        for path in listing.things:
            upload = None if path.is_dir() else _upload(path)
            typed = TYPED.fullmatch(path.name)
            if upload is not None:
                uploads[upload.owner].append(upload)
            elif typed is not None:
                why = "was typed into Canvas and is no code: ask for a script or notebook"
                findings.left.append(Left(place.source(path), why, _owner(typed)))
            else:
                why = "is not named as Canvas names submissions"
                findings.left.append(Left(place.source(path), why))
        for theirs in uploads.values():
            _add(findings, place, theirs)
        return findings


def _is_named(name: str) -> bool:
    return bool(UPLOAD.fullmatch(name) or TYPED.fullmatch(name))


def _upload(path: Path) -> Upload | None:
    part = UPLOAD.fullmatch(path.name)
    if part is None:
        return None
    owner = _owner(part)
    again = AGAIN.fullmatch(part["file"])
    name = again["stem"] + again["suffix"] if again else part["file"]
    version = (int(again["times"]) if again else 0, int(part["upload"]))
    prefix = path.name[: part.start("upload")]
    late = LATE.match(path.name[: part.start("user" if part["user"] else "anonymous")])
    return Upload(path, owner, prefix, name, version, late is not None)


def _owner(part: re.Match[str]) -> Person:
    who, user = part["who"] or "anon", part["user"] or part["anonymous"]
    apart = f"{who} {user}"
    return Person(who if part["user"] else apart, known_as=(user,), apart=apart)


def _add(findings: Findings, place: Place, uploads: list[Upload]) -> None:
    """Add what one user uploaded as one submission."""
    versions = defaultdict[str, list[Upload]](list)
    for upload in sorted(uploads, key=lambda upload: upload.version):
        versions[upload.name.casefold()].append(upload)
    newest = [ours[-1] for ours in versions.values()]
    for *earlier, last in versions.values():
        why = f"is an earlier version of {last.path.name!r}, which counts"
        findings.left += [Left(place.source(one.path), why, one.owner) for one in earlier]
    first = newest[0]
    several = first.path.with_name(f"{first.prefix}*")
    source = place.source(first.path if len(newest) == 1 else several)
    opened = stage(place, first.owner.apart, {one.name: one.path for one in newest})
    if opened is None:
        findings.left.append(Left(source, TOO_MUCH, first.owner))
    else:
        late = any(one.late for one in newest)
        findings.found.append(Found(opened, source, first.owner, late=late))
