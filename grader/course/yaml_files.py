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
LARGEST = 200_000
"""Characters; a rubric has some thousands, and a million take minutes to read."""
DEEPEST = 50
MOST_VALUES = 100_000
"""An alias costs a few letters and may stand for all that was written before it."""


class _OnceLoader(yaml.SafeLoader):
    """A safe loader that refuses a key given twice: the last one would win silently.

    It also refuses a maze of brackets: each of them slows down the reading of all that follows.
    """

    def fetch_flow_collection_start(self, TokenClass: Any) -> None:
        if self.flow_level >= DEEPEST:
            raise yaml.YAMLError(f"it nests brackets deeper than the {DEEPEST} levels it may")
        super().fetch_flow_collection_start(TokenClass)

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
    if len(text) > LARGEST:
        raise yaml.YAMLError(f"it is longer than {LARGEST:,} characters")
    loader = _OnceLoader(text)
    try:
        node = loader.get_single_node()
        if _values(node, {}) > MOST_VALUES:
            raise yaml.YAMLError(f"with all its aliases it holds more than {MOST_VALUES:,} values")
        return None if node is None else loader.construct_document(node)
    except (LookupError, AttributeError, OverflowError):  # from the constructors of !!bool, !!int …
        raise yaml.YAMLError("a value is not what the tag before it says: remove the tag") from None
    finally:
        loader.dispose()


def _values(node: yaml.Node | None, known: dict[int, int]) -> int:
    """How many values ``node`` holds where each alias is written out; ``known`` are by node."""
    if node is None or isinstance(node, yaml.ScalarNode):
        return 1
    if id(node) not in known:
        known[id(node)] = 1  # one that holds itself is refused later
        pairs = node.value if isinstance(node, yaml.MappingNode) else [(one,) for one in node.value]
        known[id(node)] += sum(_values(one, known) for pair in pairs for one in pair)
    return known[id(node)]


def plain(document: Any) -> Any:
    """Return ``document`` as JSON has it: keys are text, dates are text. Raises ValueError."""
    return json.loads(json.dumps(document, default=str))


def validate(document: Any, model: type[Model]) -> Model:
    """Return the ``model`` in a plain document; no type is guessed. Raises ValidationError."""
    return model.model_validate_json(json.dumps(document), strict=True)
