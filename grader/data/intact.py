"""Whether the files of a data set are still those that were read.

Labels are compared with what was read at the start. A file that is missing or replaced since then
makes right programs fail, or learn something else than they are judged by.
"""

import contextlib
from pathlib import Path

from grader.data.dataset import DataSet, Facts
from grader.data.readers import FILES


def facts_of(folder: Path, name: str) -> Facts:
    """Size and time of change of each file of data set ``name`` below ``folder``."""
    found = {}
    for path in _files(folder, name):
        with contextlib.suppress(OSError):
            status = path.stat()
            found[path] = (status.st_size, status.st_mtime_ns)
    return found


def damage(data: DataSet) -> str | None:
    """Name a file that is missing or is not what was read; ``None`` where all are as they were."""
    for path, then in data.facts.items():
        with contextlib.suppress(OSError):
            status = path.stat()
            if (status.st_size, status.st_mtime_ns) != then:
                return f"the file {path} was changed since it was read"
    shown = _files(data.folder, data.name)  # with a part held out they are others
    gone = (path for path in (*data.facts, *shown) if not path.is_file())
    return next((f"the file {path} is missing" for path in gone), None)


def _files(folder: Path, name: str) -> list[Path]:
    return [folder / file for files in FILES[name].values() for file in files]
