"""Reads a YAML or JSON file into a model, with errors an instructor can act on."""

import json
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from grader.errors import CourseError

Model = TypeVar("Model", bound=BaseModel)


def read_model(path: Path, model: type[Model], what: str) -> Model:
    """Return the ``model`` in the file at ``path``; ``what`` names it. Raises CourseError."""
    try:
        text = path.read_text(encoding="utf-8")
        # JSON is YAML, but a YAML parser takes a hundred times as long for it.
        document = json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
    except FileNotFoundError:
        raise CourseError(
            f"there is no {what} at {path}: create it, or name another course"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"the {what} {path} cannot be read: {error}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        place = " ".join(str(error).split())[:300]
        kind = path.suffix[1:].upper()
        raise CourseError(f"the {what} {path} is not valid {kind}: {place}") from None
    try:
        return model.model_validate(document)
    except ValidationError as error:
        raise CourseError(f"the {what} {path} is wrong: {explain(error)}") from None


def explain(error: ValidationError) -> str:
    """The first problem of a validation, in one sentence that names the key."""
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"]) or "the document"
    message = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        message = "this key is not known here; correct or remove it"
    more = len(error.errors()) - 1
    return f"{place}: {message}" + (f" (and {more} more)" if more else "")
