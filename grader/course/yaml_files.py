"""Reads a YAML or JSON file into a model, with errors an instructor can act on.

A document is validated as JSON, where pydantic can be strict (a number is no text, a yes is no
number) and still take a list for a tuple.
"""

import json
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from grader.course.explain import explain
from grader.errors import CourseError

Model = TypeVar("Model", bound=BaseModel)


class _OnceLoader(yaml.SafeLoader):
    """A safe loader that refuses a key given twice: the last one would win silently."""

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        node: yaml.MappingNode = super().compose_mapping_node(anchor)
        lines: dict[str, int] = {}
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                continue
            line = key.start_mark.line + 1
            if key.value in lines:
                raise yaml.YAMLError(
                    f"the key '{key.value}' is given twice, in line {lines[key.value]} and in "
                    f"line {line}: remove one"
                )
            lines[key.value] = line
        return node


def read_model(path: Path, model: type[Model], what: str) -> Model:
    """Return the ``model`` in the file at ``path``; ``what`` names it. Raises CourseError."""
    try:
        text = path.read_text(encoding="utf-8")
        # JSON is YAML, but a YAML parser takes a hundred times as long for it.
        document = plain(json.loads(text) if path.suffix == ".json" else _load(text))
    except FileNotFoundError:
        raise CourseError(
            f"there is no {what} at {path}: create it, or name another course"
        ) from None
    except UnicodeDecodeError:
        raise CourseError(
            f"the {what} {path} cannot be read: it is no text in UTF-8; name the YAML file"
        ) from None
    except OSError as error:
        why = "it is a folder; name the file in it" if path.is_dir() else error.strerror
        raise CourseError(f"the {what} {path} cannot be read: {why}") from None
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        said = " ".join(str(error).split())[:300]
        kind = "JSON" if path.suffix == ".json" else "YAML"
        raise CourseError(f"the {what} {path} is not valid {kind}: {said}") from None
    try:
        return validate(document, model)
    except ValidationError as error:
        said = "; ".join(
            f"{place or 'the document'}: {message}"
            for place, message in explain(error, document, model)
        )
        raise CourseError(f"the {what} {path} is wrong: {said}") from None


def _load(text: str) -> Any:
    loader = _OnceLoader(text)
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()


def plain(document: Any) -> Any:
    """Return ``document`` as JSON has it: keys are text, dates are text. Raises ValueError."""
    return json.loads(json.dumps(document, default=str))


def validate(document: Any, model: type[Model]) -> Model:
    """Return the ``model`` in a plain document; no type is guessed. Raises ValidationError."""
    return model.model_validate_json(json.dumps(document), strict=True)
