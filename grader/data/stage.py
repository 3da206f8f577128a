"""Shows a submission its data and nothing that happens to lie beside it."""

import os
import shutil
from pathlib import Path

from grader.data.dataset import DataSet
from grader.data.readers import FILES

KNOWN = {file for splits in FILES.values() for files in splits.values() for file in files}


def public_folder(data: DataSet, target: Path) -> Path:
    """Return a folder in the labs' layout that holds data files only.

    That is the data set's own folder where nothing else lies in it, else ``target`` with this
    data set's files linked or, across file systems, copied.
    """
    if _holds_data_only(data.folder):
        return data.folder
    for file in (file for files in FILES[data.name].values() for file in files):
        (target / file).parent.mkdir(parents=True, exist_ok=True)
        source = (data.folder / file).resolve()
        try:
            os.link(source, target / file)
        except OSError:
            shutil.copyfile(source, target / file)
    return target


def _holds_data_only(folder: Path) -> bool:
    for place, _, files in os.walk(folder):
        inside = Path(place).relative_to(folder)
        if any((inside / file).as_posix() not in KNOWN for file in files):
            return False
    return True
