"""Finds the data to grade on: ``--data DIR``, the user's own data, then ``./data``."""

from pathlib import Path

from grader.data.arrays import load_split
from grader.data.dataset import DataSet
from grader.data.intact import facts_of
from grader.data.once import made_once
from grader.data.places import cache_folder, data_folder
from grader.data.practice import PracticeSize, practice_checksums, write_practice
from grader.data.readers import is_present
from grader.errors import DataError

REMEDY = {
    "mnist": "run 'grader data fetch', or 'grader data import PATH' if you have the four files",
    "asl": "run 'grader data import archive.zip' ('grader data fetch' says where to get it)",
}


def practice_folder(size: PracticeSize = PracticeSize.FULL) -> Path:
    """The practice data, generated on first use; the same bytes on every machine."""
    checksums = practice_checksums(size)
    edition = next(iter(checksums.values()))[:12]
    target = cache_folder() / "practice" / f"{size}-{edition}"
    return made_once(target, lambda folder: write_practice(folder, size))


def _candidates(chosen: Path | None) -> list[Path]:
    return [chosen] if chosen is not None else [data_folder(), Path.cwd() / "data"]


def load(
    name: str, chosen: Path | None, practice: bool, size: PracticeSize = PracticeSize.FULL
) -> DataSet:
    """Return the data set ``name``. Raises DataError where there is none, with the remedy."""
    if practice and chosen is not None:
        raise DataError("practice data is embedded: leave out either --practice or --data")
    if practice:
        folder = practice_folder(size)
    else:
        places = _candidates(chosen)
        present = [place for place in places if is_present(place, name)]
        if not present:
            where = " or ".join(str(place) for place in places)
            raise DataError(
                f"there is no {name.upper()} data in {where}: {REMEDY[name]}, "
                "or try it on practice data with --practice"
            )
        folder = present[0]
    facts = facts_of(folder, name)
    train, valid = load_split(folder, name, "train"), load_split(folder, name, "valid")
    official = train.official and valid.official
    profile = "practice" if practice else "official" if official else "custom"
    notes: tuple[str, ...] = ()
    if profile == "custom":
        notes = (
            f"The {name.upper()} files in the data folder are not the published ones, byte for "
            "byte; thresholds are those of the published data.",
        )
    return DataSet(name, profile, folder, train, valid, notes, facts=facts)
