"""What Canvas's "download submissions" gives, as a zip or unpacked.

``lovelaceada_LATE_4711_98765_lab1-2.ipynb``: the squashed name with the last name first, whether it
came late (not by how much), the number of the user, that of the upload, and the name of the file,
to which Canvas adds how often that name was uploaded before. Where students are anonymous,
``anon_`` and some letters stand for the user and no name comes before.

Uploads are numbered as they come, so the greatest number is the newest. What Canvas added to a name
cannot be told from what a student ended it with, as of ``part-1.py`` and ``part-2.py``; it is taken
off where that makes no two files of one user into one, but for the file it was added to.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection
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
AGAIN = re.compile(r"(?P<stem>.+)-[1-9]\d?(?P<suffix>(?:\.[^.]*)?)", re.S)


@dataclass(frozen=True)
class Upload:
    """One file. ``name`` is what Canvas calls it; of two, the newer has the greater ``number``."""

    path: Path
    owner: Person
    prefix: str
    name: str
    number: int
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
    prefix = path.name[: part.start("upload")]
    late = LATE.match(path.name[: part.start("user" if part["user"] else "anonymous")])
    return Upload(path, owner, prefix, part["file"], int(part["upload"]), late is not None)


def _owner(part: re.Match[str]) -> Person:
    who, user = part["who"] or "anon", part["user"] or part["anonymous"]
    apart = f"{who} {user}"
    return Person(who if part["user"] else apart, known_as=(user,), apart=apart)


def _shortened(name: str) -> str:
    """The name without the last number."""
    again = AGAIN.fullmatch(name)
    return again["stem"] + again["suffix"] if again else name


def _first_name(name: str, there: Collection[str]) -> str:
    """What it was called when it was uploaded first; ``there`` are all names, folded."""
    while (shorter := _shortened(name)) != name and shorter.casefold() in there:
        name = shorter
    return name


def _versions(uploads: list[Upload]) -> dict[str, list[Upload]]:
    """One user's uploads by the student's own name for them, the newest last."""
    there = {upload.name.casefold() for upload in uploads}
    same = defaultdict[str, list[Upload]](list)
    names: dict[str, str] = {}
    for upload in sorted(uploads, key=lambda upload: upload.number):
        name = _first_name(upload.name, there)
        same[name.casefold()].append(upload)
        names[name.casefold()] = name
    claims = Counter(_shortened(key) for key in names)
    alone = {key for key in names if claims[_shortened(key)] == 1}
    return {_shortened(name) if key in alone else name: same[key] for key, name in names.items()}


def _add(findings: Findings, place: Place, uploads: list[Upload]) -> None:
    """Add what one user uploaded as one submission."""
    versions = _versions(uploads)
    newest = {name: ours[-1] for name, ours in versions.items()}
    for *earlier, last in versions.values():
        why = f"is an earlier version of {last.path.name!r}, which counts"
        findings.left += [Left(place.source(one.path), why, one.owner) for one in earlier]
    first = next(iter(newest.values()))
    several = first.path.with_name(f"{first.prefix}*")
    source = place.source(first.path if len(newest) == 1 else several)
    opened = stage(place, first.owner.apart, {name: one.path for name, one in newest.items()})
    if opened is None:
        findings.left.append(Left(source, TOO_MUCH, first.owner))
    else:
        late = any(one.late for one in newest.values())
        findings.found.append(Found(opened, source, first.owner, late=late))
