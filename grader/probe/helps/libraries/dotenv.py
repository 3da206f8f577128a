"""Settings in a ``.env`` file: the simple lines of one that was handed in."""

import os
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from ..notes import Note
from .inert import Inert

LINE = re.compile(r"\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*")
QUOTED = re.compile(r"(['\"])(.*?)\1\s*(?:#.*)?")
NAME = ".env"


def answers(note: Note) -> Any:
    """The functions that read; all other names do nothing."""
    settings = _Settings(note)
    known = {
        "load_dotenv": settings.load,
        "dotenv_values": settings.values,
        "find_dotenv": settings.find,
        "get_key": lambda path, key, *args, **kwargs: settings.values(path).get(key),
    }

    def answer(module: ModuleType, name: str) -> Any:
        return module if name == "main" else known.get(name) or Inert()

    return answer


class _Settings:
    def __init__(self, note: Note) -> None:
        self.note = note

    def find(self, filename: str = NAME, *args: Any, **kwargs: Any) -> str:
        """Where the file lies: beside the program, or in a folder above it; else no text."""
        main = getattr(sys.modules["__main__"], "__file__", None)
        for start in filter(None, (os.getcwd(), main and os.path.dirname(main))):
            for folder in (Path(start), *Path(start).parents):
                if (folder / filename).is_file():
                    return str(folder / filename)
        return ""

    def values(self, dotenv_path: Any = None, *args: Any, **kwargs: Any) -> dict[str, str]:
        """Return what the file says, by name; nothing, and a note, where there is none."""
        path = dotenv_path or self.find()
        try:
            text = Path(path or NAME).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            self.note(f"settings_missing:{os.path.basename(path or NAME)}")
            return {}
        found = filter(None, map(LINE.fullmatch, text.splitlines()))
        return {name: _value(said) for name, said in (line.groups() for line in found)}

    def load(
        self, dotenv_path: Any = None, *args: Any, override: bool = False, **kwargs: Any
    ) -> bool:
        """Put what the file says into the environment; say whether there was anything."""
        values = self.values(dotenv_path)
        for name, value in values.items():
            if override or name not in os.environ:
                os.environ[name] = value
        return bool(values)


def _value(said: str) -> str:
    quoted = QUOTED.fullmatch(said)
    return quoted[2] if quoted else said.partition(" #")[0].rstrip()
