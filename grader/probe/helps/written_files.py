"""What a program writes to a place of another machine is kept in the run's own folder.

Programs save to Colab's drive, to Kaggle's working folder, or to a folder that only their author
has. The original call is always tried first. Where it fails because of the place, the file goes
below ``elsewhere`` in the working folder, and whoever reads the same path finds it again. A missing
folder inside the working folder is made.
"""

import builtins
import errno
import functools
import io
import os
from typing import Any

import torch

from ..settings import Settings
from .notes import Note

NO_PLACE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.EACCES, errno.EPERM, errno.EROFS})
LOOKING = ("stat", "listdir", "scandir", "remove", "unlink", "chmod", "utime")
WRITING = frozenset("wax")


def install(settings: Settings, note: Note) -> None:
    """Wrap what opens, makes and looks for files; before ``data_files``, own files come first."""
    places = Places(os.path.realpath(settings.root / "work"), note)
    builtins.open = io.open = places.opening(builtins.open)
    torch.save = places.saving(torch.save)
    os.mkdir = places.making(os.mkdir)
    os.chdir = places.entering(os.chdir)
    for name in LOOKING:
        _replace(name, places.looking(getattr(os, name)))
    for name in ("rename", "replace"):
        _replace(name, places.moving(getattr(os, name)))


def _replace(name: str, wrapper: Any) -> None:
    """Put ``wrapper`` in the place of a function of ``os``, with what it is known to support."""
    for supported in (os.supports_follow_symlinks, os.supports_dir_fd, os.supports_fd):
        if getattr(os, name) in supported:
            supported.add(wrapper)
    setattr(os, name, wrapper)


class Places:
    """Knows for each path of another machine its place below the folder ``work``."""

    def __init__(self, work: str, note: Note) -> None:
        self.work = work
        self.elsewhere = os.path.join(work, "elsewhere")
        self.note = note
        self.used = False

    def _inside(self, path: str) -> bool:
        """Whether ``path`` is the program's own; the data below the working folder is not."""
        return _below(path, self.work) and not _below(path, os.path.join(self.work, "data"))

    def home(self, path: Any) -> str | None:
        """The place of ``path`` in the run's own folder; a descriptor has none, nor has a place."""
        if not path or not isinstance(path, (str, os.PathLike)):
            return None
        if _below(os.path.abspath(path), self.elsewhere):
            return None
        full = os.path.splitdrive(os.path.abspath(path))[1].removeprefix(self.work)
        return os.path.join(self.elsewhere, full.lstrip(os.sep))

    def kept(self, path: Any) -> str | None:
        """Where ``path`` was saved earlier, if it was."""
        home = self.home(path) if self.used else None
        return home if home is not None and _there(home) else None

    def place(self, path: Any, folders: bool = False) -> Any:
        """Where ``path`` can be written, its folder made; ``None`` where it cannot.

        Of ``folders`` that are made one in the other only the outermost is told.
        """
        home = self.home(path)
        if home is None:
            return None
        folder = os.path.dirname(os.path.abspath(path))
        if self._inside(folder) and not _there(folder) and _made(folder):
            self.note(f"folder_made:{os.path.dirname(path)}")
            return path
        if not _made(os.path.dirname(home)):
            return None
        told = folders and self.kept(folder)
        self.used = True
        if not told:
            self.note(f"saved_here:{os.fspath(path)}")
        return home

    def opening(self, original: Any) -> Any:
        """Wrap an ``open``."""

        @functools.wraps(original)
        def open_(file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
            try:
                return original(file, mode, *args, **kwargs)
            except OSError as error:
                if error.errno not in NO_PLACE:
                    raise
                place = self.kept(file) or (self.place(file) if WRITING & set(mode) else None)
                if place is None:
                    raise
            return original(place, mode, *args, **kwargs)

        return open_

    def saving(self, original: Any) -> Any:
        """Wrap ``torch.save``, which opens files by itself and says little of what went wrong."""

        @functools.wraps(original)
        def save(thing: Any, f: Any, *args: Any, **kwargs: Any) -> Any:
            try:
                return original(thing, f, *args, **kwargs)
            except (RuntimeError, OSError):
                place = None if _writable(f) else self.kept(f) or self.place(f)
                if place is None:
                    raise
            return original(thing, place, *args, **kwargs)

        return save

    def making(self, original: Any) -> Any:
        """Wrap ``mkdir``. Inside the working folder ``makedirs`` needs to hear what is missing."""

        @functools.wraps(original)
        def mkdir(path: Any, *args: Any, **kwargs: Any) -> None:
            try:
                return original(path, *args, **kwargs)  # type: ignore[no-any-return]
            except OSError as error:
                missing = error.errno == errno.ENOENT and self._inside(os.path.abspath(path))
                if error.errno not in NO_PLACE or missing:
                    raise
                place = self.kept(path) or self.place(path, folders=True)
                if place is None:
                    raise
            return original(place, *args, **kwargs)  # type: ignore[no-any-return]

        return mkdir

    def entering(self, original: Any) -> Any:
        """Wrap ``chdir``: into a folder that is not there one cannot go."""

        @functools.wraps(original)
        def chdir(path: Any) -> None:
            try:
                return original(path)  # type: ignore[no-any-return]
            except OSError as error:
                if error.errno not in NO_PLACE:
                    raise
                kept = self.kept(path)
            if kept is not None and os.path.isdir(kept):
                return original(kept)  # type: ignore[no-any-return]
            return self.note(f"folder_missing:{os.fspath(path)}")

        return chdir

    def moving(self, original: Any) -> Any:
        """Wrap a function that moves one path to another, each of which may be kept elsewhere."""

        @functools.wraps(original)
        def move(src: Any, dst: Any, *args: Any, **kwargs: Any) -> Any:
            try:
                return original(src, dst, *args, **kwargs)
            except OSError as error:
                from_, to = self.kept(src) or src, self.home(dst)
                if error.errno not in NO_PLACE or to is None or not _there(from_):
                    raise
                to = dst if _writable(dst) else self.kept(dst) or self.place(dst)
            return original(from_, to, *args, **kwargs)

        return move

    def looking(self, original: Any) -> Any:
        """Wrap a function that looks at one path, or takes it away."""

        @functools.wraps(original)
        def look(path: Any = ".", *args: Any, **kwargs: Any) -> Any:
            try:
                return original(path, *args, **kwargs)
            except OSError:
                kept = self.kept(path)
                if kept is None:
                    raise
            return original(kept, *args, **kwargs)

        return look


def _below(path: str, folder: str) -> bool:
    return f"{path}{os.sep}".startswith(f"{folder}{os.sep}")


def _there(path: str) -> bool:
    return os.access(path, os.F_OK)


def _writable(path: Any) -> bool:
    """Whether it is not for want of a place that ``path`` could not be saved."""
    named = isinstance(path, (str, os.PathLike))
    return named and os.access(os.path.dirname(os.path.abspath(path)), os.W_OK)


def _made(folder: str) -> bool:
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError:
        return False
    return True
