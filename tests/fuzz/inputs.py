"""What a reader is given: a few files in a folder, and the one that it is pointed at."""

import base64
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Odd(StrEnum):
    """What can lie in the place of a file."""

    FOLDER = "folder"
    LINK = "link"
    PIPE = "pipe"


Content = bytes | Odd


@dataclass(frozen=True)
class Case:
    """One input: ``files`` by their names relative to a folder; ``door`` is what is read first."""

    door: str
    files: Mapping[str, Content]

    def having(self, name: str, content: Content) -> "Case":
        """The same with another content of one file."""
        return Case(self.door, {**self.files, name: content})

    def without(self, name: str) -> "Case":
        """The same without one file."""
        return Case(self.door, {key: value for key, value in self.files.items() if key != name})


class Place:
    """A folder that holds one input after the other; most differ in a single file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._now: Mapping[str, Content] | None = None

    def put(self, case: Case) -> None:
        """Let the folder hold ``case`` and nothing else."""
        if self._now is None or self._now.keys() != case.files.keys():
            clear(self.folder)
            self._now = {}
        news = {name: one for name, one in case.files.items() if self._now.get(name) is not one}
        plain = all(isinstance(one, bytes) for one in case.files.values())
        wrote = [_write(self.folder / name, content) for name, content in news.items()]
        self._now = case.files if plain and all(wrote) else None


def _write(path: Path, content: Content) -> bool:
    """Put one file there; false where the name is one that no disk takes."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _put(path, content)
    except (OSError, ValueError):
        return False
    return True


def _put(path: Path, content: Content) -> None:
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content is Odd.FOLDER:
        path.mkdir()
    elif content is Odd.LINK:
        path.symlink_to("/etc/passwd")
    else:
        os.mkfifo(path)


def clear(folder: Path) -> None:
    """Make ``folder`` where it is missing, and remove all that lies in it."""
    folder.mkdir(exist_ok=True)
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path)
        else:
            os.unlink(entry.path)


def to_text(case: Case) -> str:
    """One case as a JSON document, whatever bytes and names it holds."""
    files = {
        name: str(content) if isinstance(content, Odd) else {"base64": _packed(content)}
        for name, content in case.files.items()
    }
    return json.dumps({"door": case.door, "files": files}, indent=1)


def _packed(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def from_text(text: str) -> Case:
    """The case that ``to_text`` wrote."""
    document = json.loads(text)
    files: dict[str, Content] = {}
    for name, content in document["files"].items():
        packed = isinstance(content, dict)
        files[name] = base64.b64decode(content["base64"]) if packed else Odd(content)
    return Case(document["door"], files)
