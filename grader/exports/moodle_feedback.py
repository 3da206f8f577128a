"""``moodle-feedback``: everybody's report, zipped as Moodle takes feedback files.

The name of each folder is the full name, the participant's number and what it is for, and Moodle
splits it at underscores; only the number says whose it is. With the grading worksheet, numbers are
learned from it. The same grades make the same bytes.
"""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from grader.errors import ResultsError
from grader.exports.counted import counted, notes_on
from grader.exports.interface import Exported, Wanted
from grader.exports.listed import participant
from grader.exports.matching import match
from grader.exports.moodle_sheet import read_grading_sheet
from grader.people.names import printable
from grader.reports.class_members import Member

LONGEST = 60
MODE = 0o100644
UNKNOWN = (
    "their participant number is not known: give the grading worksheet of the assignment with "
    "--fill FILE"
)
SHARED = "several students have their participant number: send them their reports by hand"


def export(wanted: Wanted) -> Exported:
    """Return a zip with a report for everybody whose grade counts. Raises CallerError."""
    grades, left = counted(wanted)
    everyone = [one for one, _ in grades]
    numbers, unknown = _numbers(wanted, everyone)
    counts = Counter(numbers.values())
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in everyone:
            theirs = numbers.get(one.student)
            if theirs and counts[theirs] > 1:
                left.append(f"{one.student}: {SHARED}")
            elif theirs:
                try:
                    pages = wanted.pages(one)
                except ResultsError as error:  # one report must not cost the others
                    left.append(f"{one.student}: {error}")
                else:
                    for name, page in pages.items():
                        _add(archive, f"{_folder(one, theirs)}/{name}", page)
    return Exported(content.getvalue(), (*left, *unknown), tuple(notes_on(grades)))


def _numbers(wanted: Wanted, everyone: Sequence[Member]) -> tuple[dict[str, str], Sequence[str]]:
    return _listed(wanted, everyone, wanted.fill) if wanted.fill else _known(everyone)


def _known(everyone: Sequence[Member]) -> tuple[dict[str, str], Sequence[str]]:
    """The numbers by student that the submissions came with, and a sentence for who has none."""
    found = {one.student: participant(one) for one in everyone}
    unknown = [f"{student}: {UNKNOWN}" for student, theirs in found.items() if not theirs]
    return {student: theirs for student, theirs in found.items() if theirs}, unknown


def _listed(
    wanted: Wanted, everyone: Sequence[Member], path: Path
) -> tuple[dict[str, str], Sequence[str]]:
    """The same as the worksheet at ``path`` lists them."""
    matched = match(everyone, wanted.members, read_grading_sheet(path).people)
    return {one.student: listed.participant for one, listed in matched.rows}, matched.left


def _folder(one: Member, theirs: str) -> str:
    """What Moodle calls the folder of a participant's feedback, safe on any disk."""
    letters = re.sub(r"[^\w .'+@-]|_", " ", printable(one.label))
    name = " ".join(letters.split())[:LONGEST].strip(" .") or "Participant"
    return f"{name}_{theirs}_assignfeedback_file"


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    """Add a file that is the same whenever and wherever it is added."""
    entry = zipfile.ZipInfo(name)  # of the first day that a zip can name
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3  # Unix, to which the mode belongs
    entry.external_attr = MODE << 16
    archive.writestr(entry, content)
