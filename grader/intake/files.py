"""Opens what came out of a sandbox: no links, no special files, nothing larger than its cap."""

import json
import os
import stat
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from grader.errors import OutboxRefused

Model = TypeVar("Model", bound=BaseModel)
NO_LINKS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


def read_capped(folder: Path, name: str, cap: int) -> bytes | None:
    """Return the content of ``folder/name``, ``None`` if there is none. Raises OutboxRefused."""
    try:
        descriptor = os.open(folder / name, os.O_RDONLY | NO_LINKS)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise OutboxRefused(f"{name} cannot be opened ({error.strerror})") from None
    facts = os.fstat(descriptor)
    if not stat.S_ISREG(facts.st_mode):  # asked before fdopen, which fails on a folder
        os.close(descriptor)
        raise OutboxRefused(f"{name} is not an ordinary file")
    with os.fdopen(descriptor, "rb") as stream:
        if facts.st_size > cap:
            raise OutboxRefused(f"{name} is larger than {cap:,} bytes")
        return stream.read(cap + 1)[:cap]


def _refuse_constant(word: str) -> Any:
    raise ValueError(f"{word} is not a number")


def parse_json(content: bytes, name: str) -> Any:
    """Parse JSON with finite numbers only. Raises OutboxRefused.

    Half a character, which JSON can hold and no file can, becomes a question mark.
    """
    try:
        text = content.decode("utf-8")
        document = json.loads(text, parse_constant=_refuse_constant)
        if "\\ud" in text.lower():
            whole = json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")
            document = json.loads(whole)
        return document
    except (ValueError, RecursionError) as error:
        raise OutboxRefused(f"{name} is not JSON ({str(error)[:100]})") from None


def read_model(folder: Path, name: str, model: type[Model], cap: int) -> Model | None:
    """Return the ``model`` in ``folder/name``; ``None`` if there is none. Raises OutboxRefused."""
    content = read_capped(folder, name, cap)
    if content is None:
        return None
    try:
        return model.model_validate(parse_json(content, name))
    except ValidationError as error:
        first = error.errors()[0]
        place = ascii(".".join(str(part) for part in first["loc"]))[1:-1][:100]
        raise OutboxRefused(f"{name} has a wrong value at {place}: {first['msg']}") from None
    except RecursionError:
        raise OutboxRefused(f"{name} is nested too deeply") from None
