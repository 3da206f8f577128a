"""Shows a submission its data and nothing that happens to lie beside it."""

import os
import shutil
from pathlib import Path

from grader.data import kaggle as kaggles
from grader.data.dataset import DataSet
from grader.data.readers import FILES

KNOWN = {file for splits in FILES.values() for files in splits.values() for file in files}


def file_names(data: DataSet, *, kaggle: bool) -> list[str]:
    """The files of ``public_folder`` that belong to this data set, relative to it."""
    known = kaggles.FILES if kaggle and data.name == "asl" else FILES[data.name]
    return [file for files in known.values() for file in files]


def public_folder(data: DataSet, target: Path, *, kaggle: bool) -> Path:
    """Return a folder in the labs' layout that holds data files only.

    That is the data set's own folder where nothing else lies in it, else ``target`` with this
    data set's files linked or, across file systems, copied. A program that reads ``kaggle``'s
    files gets those.
    """
    if kaggle and data.name == "asl":
        return kaggles.kaggle_folder(data)
    if _holds_data_only(data.folder):
        return data.folder
    for file in (file for files in FILES[data.name].values() for file in files):
        link(data.folder / file, target / file)
    return target


def link(source: Path, target: Path) -> None:
    """Put ``source`` at ``target`` too: linked or, across file systems, copied."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source.resolve(), target)
    except OSError:
        shutil.copyfile(source, target)


def _holds_data_only(folder: Path) -> bool:
    for place, _, files in os.walk(folder):
        inside = Path(place).relative_to(folder)
        if any((inside / file).as_posix() not in KNOWN for file in files):
            return False
    return True
