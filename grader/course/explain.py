"""Says in an instructor's words what is wrong with a document.

Theory of operation: the place of each of pydantic's complaints is walked through the document, so
that the names of union members, which are no keys, fall out; what would be right there comes from
the JSON Schema of the model.
"""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from itertools import takewhile
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

Place = tuple[str | int, ...]

SINGULAR = {"criteria": "criterion"}
NOUNS = {"string": "text", "boolean": "true or false", "array": "a list"}
BOUNDS = {
    "exclusiveMinimum": "above",
    "minimum": "of at least",
    "exclusiveMaximum": "below",
    "maximum": "of at most",
}
PLAIN = {  # the types of error for which "must be …" says all there is to say
    *("float_type", "int_type", "int_from_float", "finite_number", "bool_type", "string_type"),
    *("tuple_type", "list_type", "dict_type", "model_type", "literal_error", "enum"),
    *("greater_than", "greater_than_equal", "less_than", "less_than_equal"),
    *("too_short", "string_too_short", "string_pattern_mismatch"),
}


class Problem(NamedTuple):
    """One thing that is wrong; ``place`` is in words, empty for the document itself."""

    place: str
    message: str


def explain(error: ValidationError, document: Any, model: type[BaseModel]) -> list[Problem]:
    """Every problem of a validation; unknown keys come first, they are often the cause."""
    schema = _schema(model)
    placed = [(_place(one, document), one) for one in error.errors()]
    unknown, others, meant = [], [], set()
    said_better = _said_better(placed)
    for place, one in placed:
        if _is_key(one):
            names = _names(_at(schema, place[:-1]))
            near = _nearest(str(place[-1]), names)
            meant.add((*place[:-1], near))
            unknown.append(Problem(_words(place, document), _unknown(near, names)))
    for place, one in placed:
        # A misspelt key is one problem, not an unknown key and a missing one.
        if _is_key(one) or (one["type"] == "missing" and place in meant):
            continue
        if one["type"] in PLAIN and place in said_better:
            continue
        others.append(Problem(_words(place, document), _message(one, _at(schema, place))))
    return list(dict.fromkeys([*unknown, *others]))


@cache
def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema()


def _is_key(one: ErrorDetails) -> bool:
    return one["type"] == "extra_forbidden" or one["loc"][-1:] == ("[key]",)


def _said_better(placed: Sequence[tuple[Place, ErrorDetails]]) -> set[Place]:
    """Where another problem shows which member of a union was meant, or what is wrong within."""
    around = {place[:length] for place, _ in placed for length in range(len(place))}
    return around | {place for place, one in placed if one["type"] not in PLAIN}


def _place(one: ErrorDetails, document: Any) -> Place:
    """The keys and positions of an error that are really in the document."""
    place: list[str | int] = []
    for part in one["loc"]:
        if isinstance(document, dict) and part in document:
            document = document[part]
        elif isinstance(document, list) and isinstance(part, int) and part < len(document):
            document = document[part]
        else:
            continue
        place.append(part)
    return (*place, one["loc"][-1]) if one["type"] == "missing" else tuple(place)


def _words(place: Place, document: Any) -> str:
    """A place as an instructor would say it: a criterion by its id, keys with dots."""
    words: list[str] = []
    for part in place:
        inner = document[part] if isinstance(part, int) else (document or {}).get(part)
        if isinstance(part, int):
            owner = words.pop()
            name = inner.get("id") if isinstance(inner, dict) else None
            number = f"'{name}'" if isinstance(name, str) and name else str(part + 1)
            single = SINGULAR.get(owner)
            words += [f"{single} {number}"] if single else [owner, f"entry {number}"]
        elif words and " " not in words[-1]:
            words[-1] += f".{part}"
        else:
            words.append(str(part))
        document = inner
    return ", ".join(words)


def _members(schema: Mapping[str, Any], root: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The alternatives a schema allows, references resolved."""
    if "$ref" in schema:
        return _members(root["$defs"][schema["$ref"].rsplit("/", 1)[-1]], root)
    if "anyOf" in schema:
        return [member for one in schema["anyOf"] for member in _members(one, root)]
    return [schema]


def _at(root: Mapping[str, Any], place: Place) -> list[Mapping[str, Any]]:
    """What the schema ``root`` allows at a place."""
    found = _members(root, root)
    for part in place:
        inner = [
            one.get("items")
            if isinstance(part, int)
            else one.get("properties", {}).get(part, one.get("additionalProperties"))
            for one in found
        ]
        found = [m for one in inner if isinstance(one, dict) for m in _members(one, root)]
    return found


def _names(allowed: Sequence[Mapping[str, Any]]) -> list[str]:
    """The keys that may stand in something."""
    own = [name for one in allowed for name in one.get("properties", {})]
    return own + [name for one in allowed for name in one.get("propertyNames", {}).get("enum", [])]


def _nearest(word: str, known: Sequence[str]) -> str | None:
    by_lower = {name.lower(): name for name in known}
    near = get_close_matches(word.lower(), list(by_lower), 3, 0.4)
    # Who writes 'convolution' means 'conv2d', although more letters of 'activation' agree.
    best = max(near, key=lambda one: _same_start(one, word.lower()), default=None)
    return by_lower[best] if best else None


def _same_start(one: str, other: str) -> int:
    same = (a == b for a, b in zip(one, other, strict=False))
    return sum(1 for _ in takewhile(bool, same))


def _unknown(near: str | None, names: Sequence[str]) -> str:
    if near is not None:
        return f"this key is not known here, did you mean '{near}'?"
    if not names:
        return "this key is not known here, nothing can be set: remove it"
    return f"this key is not known here, use one of {', '.join(names)}"


def _message(one: ErrorDetails, allowed: Sequence[Mapping[str, Any]]) -> str:
    if one["type"] == "missing":
        return "this key is missing"
    if one["type"] not in PLAIN or not allowed:
        return one["msg"].removeprefix("Value error, ")
    got = one["input"]
    names = [str(name) for schema in allowed for name in schema.get("enum", [])]
    near = _nearest(got, names) if isinstance(got, str) else None
    if near is not None:
        return f"'{got}' is not known here, did you mean '{near}'?"
    wanted = dict.fromkeys(_wanted(one) for one in allowed if one.get("type") != "null")
    instead = "but nothing is written there" if got is None else f"not {_shown(got)}"
    return f"must be {' or '.join(wanted)}, {instead}"


def _wanted(schema: Mapping[str, Any]) -> str:
    """In words what a schema without alternatives allows."""
    if "const" in schema:
        return f"'{schema['const']}'" if isinstance(schema["const"], str) else str(schema["const"])
    if "enum" in schema:
        return f"one of {', '.join(str(one) for one in schema['enum'])}"
    kind = schema.get("type")
    if kind in ("number", "integer"):
        return _number(schema, "a whole number" if kind == "integer" else "a number")
    if kind == "object":
        names = ", ".join(schema.get("properties", {}))
        return f"keys with values ({names})" if names else "keys with values"
    if kind == "string" and "pattern" in schema:
        return str(schema.get("description", f"text that fits {schema['pattern']}"))
    least = schema.get("minItems", 0) or schema.get("minLength", 0)
    return NOUNS.get(str(kind), str(kind)) + (" that is not empty" if least else "")


def _number(schema: Mapping[str, Any], noun: str) -> str:
    bounds = {name: schema[name] for name in BOUNDS if name in schema}
    if set(bounds) == {"minimum", "maximum"}:
        return f"{noun} between {bounds['minimum']:g} and {bounds['maximum']:g}"
    limits = " and ".join(f"{BOUNDS[name]} {value:g}" for name, value in bounds.items())
    return f"{noun} {limits}".strip()


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"  # what YAML reads in yes and no
    if isinstance(value, str):
        return f"the text '{value[:60]}'" if value else "an empty text"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    if isinstance(value, dict):
        return "keys with values"
    return str(value)
