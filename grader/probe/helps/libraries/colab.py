"""Colab's own library: nobody chooses a file to upload, and there are no secrets."""

from types import ModuleType
from typing import Any

from ..notes import Note
from .inert import Inert

NOT_HANDED_IN = (
    "nobody uploads files during this run: hand in {name} in one folder with the program"
)


def answers(note: Note) -> Any:
    """``files`` and ``userdata`` answer; all other names do nothing."""

    def answer(module: ModuleType, name: str) -> Any:
        return {"files": _Files(), "userdata": _Secrets()}.get(name) or Inert()

    return answer


class _Files(Inert):
    """Uploads are the files that were handed in, and the course's data."""

    def upload(self, *args: Any, **kwargs: Any) -> "_Uploaded":
        return _Uploaded()


class _Uploaded(Inert):
    def __getitem__(self, name: str) -> bytes:  # type: ignore[override]
        try:
            with open(name, "rb") as file:
                return file.read()
        except FileNotFoundError:
            raise FileNotFoundError(NOT_HANDED_IN.format(name=name)) from None


class _Secrets(Inert):
    def get(self, name: str) -> str:
        """Return an empty secret: a text, since it goes where only texts may."""
        return ""
