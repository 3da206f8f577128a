"""Puts files that lie among others' into a folder of their own, under their own names."""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from grader.batch.layouts.interface import Place
from grader.batch.layouts.listing import work_in
from grader.discovery import identifier
from grader.discovery.limits import MAX_BYTES, MAX_FILES

TOO_MUCH = f"is more than {MAX_FILES} files or {MAX_BYTES // 10**6} MB: ask for the code alone"


def stage(place: Place, owner: str, files: Mapping[str, Path]) -> Path | None:
    """Copy ``files`` to the names they are given; return what to open, or ``None`` for too much.

    ``owner`` names the folder in messages. Raises OSError.
    """
    if len(files) > MAX_FILES or sum(map(_size, files.values())) > MAX_BYTES:
        return None
    place.scratch.mkdir(mode=0o700, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=place.scratch)) / identifier(owner)
    folder.mkdir()
    for name, path in files.items():
        safe = name if name.strip(".") else "dots"
        shutil.copyfile(path, folder / safe, follow_symlinks=False)
    return work_in(folder)


def _size(path: Path) -> int:
    return path.lstat().st_size
