"""Where ``grader export`` may write: never in the place of what the results folder holds."""

from pathlib import Path

from grader.cli.written import REMEDY, place_for, same

OURS = ("class.json", "index.html", "gradebook.csv")
"""What a batch writes beside the students' folders."""
OF_A_STUDENT = ("grade.json", "evidence.json", "report.html")
"""One of these is in each folder of a student, whatever is wrong with the others."""


def place_of_export(named: Path, out: Path, fill: Path | None, key: Path | None) -> Path:
    """Return where the export called ``named`` is written.

    Raises CallerError where that is in the place of a result in ``out``, of the key of pseudonyms,
    wherever it is kept, or of what is to be filled.
    """
    from grader.errors import CallerError
    from grader.exports.pseudonyms import KEY

    place = place_for(named)
    _require_no_result(named, place, out, "--out")
    if any(same(place, one) for one in (out / KEY, key) if one is not None):
        raise CallerError(f"{named} is the key of pseudonyms: {REMEDY.format(option='--out')}")
    if fill is not None and same(place, fill):
        raise CallerError(
            f"{named} is what the platform exported, which is left as it is: "
            f"{REMEDY.format(option='--out')}"
        )
    return place


def place_of_key(named: Path, out: Path) -> Path:
    """Return where the key called ``named`` is kept. Raises CallerError as for an export."""
    place = place_for(named, "--key")
    _require_no_result(named, place, out, "--key")
    return place


def _require_no_result(named: Path, place: Path, out: Path, option: str) -> None:
    from grader.errors import CallerError

    inside = place.relative_to(out).parts if place.is_relative_to(out) else ()
    theirs = len(inside) > 1 and _is_students(out / inside[0])
    if theirs or any(same(place, out / name) or place == out / name for name in OURS):
        raise CallerError(f"{named} is for results: {REMEDY.format(option=option)}")


def _is_students(folder: Path) -> bool:
    return any((folder / name).exists() for name in OF_A_STUDENT)
