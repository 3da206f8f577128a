"""Mutations of JSON documents: one value, key or list is replaced by what nobody expects there."""

import json
import random
import re
from collections.abc import Callable, Iterator
from typing import Any

from blobs import mutate_bytes

RAW: dict[str, Callable[[int], str]] = {
    "nan": lambda _: "NaN",
    "infinity": lambda _: "Infinity",
    "minus": lambda _: "-Infinity",
    "large": lambda n: f"1e{n}",
    "small": lambda n: f"-1e-{n}",
    "digits": lambda n: "9" * n,
    "lists": lambda n: "[" * n + "]" * n,
    "objects": lambda n: '{"a":' * n + "1" + "}" * n,
    "open": lambda n: "[" * n,
    "spaces": lambda n: " " * n + "1",
    "twice": lambda _: '{"a": 1, "a": [2]}',
    "half": lambda _: '"a\\ud800b"',
    "nul": lambda _: '"a\\u0000b"',
    "nothing": lambda _: "",
    "comment": lambda _: "1 /* */",
}
"""What json.dumps cannot write; the number says how much of it."""
SIZES = (1, 3, 40, 250, 400, 900, 1100, 5000, 20_000)
MARK = re.compile(r'"@raw:(\w+):(\d+)@"')
VALUES: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        1,
        -1,
        1.5,
        -0.0,
        2**31,
        2**63,
        2**64,
        10**18,
        -(10**30),
        1e308,
        5e-324,
    ),
    *("", "x", " ", "null", "1", "nan", "../../etc/passwd", "/", "a" * 301, "a" * 5000, "\u2028"),
    *("\x1b[2J", "<script>", "epoch-00001", "2001-01-01", "é" * 60, "\ufffe", "%s{}"),
    *([], {}, [[]], [None], {"": None}, [1, "a"], {"a": {"a": {}}}, [0] * 200, ["x"] * 6000),
)

Where = tuple[Any, Any]
"""A list or an object, and a position or key in it."""


def _places(document: Any) -> Iterator[Where]:
    waiting = [document]
    while waiting:
        one = waiting.pop()
        pairs = one.items() if isinstance(one, dict) else enumerate(one)
        for key, value in pairs:
            yield one, key
            if isinstance(value, (dict, list)) and value:
                waiting.append(value)


def _raw(rng: random.Random) -> str:
    return f"@raw:{rng.choice(list(RAW))}:{rng.choice(SIZES)}@"


def _near(value: Any, rng: random.Random) -> Any:
    """Something else that comes of ``value``."""
    if isinstance(value, bool) or value is None:
        return rng.choice((not value, str(value), [value]))
    if isinstance(value, (int, float)):
        return rng.choice((-value, value + 1, value * 1_000_000, str(value), [value], value // 7))
    if isinstance(value, str):
        return rng.choice((value + value, value[:-1], value.upper(), [value], {value: value}))
    if isinstance(value, list):
        return rng.choice((value * 2, value[:1] * 300, value[::-1], value[:-1], {"0": value}))
    return rng.choice(([*value.items()], [value], dict([*value.items()][1:]), {**value, "more": 1}))


def _change(where: Where, places: list[Where], rng: random.Random) -> None:
    owner, key = where
    kind = rng.random()
    if kind < 0.3:
        owner[key] = rng.choice(VALUES)
    elif kind < 0.5:
        owner[key] = _near(owner[key], rng)
    elif kind < 0.7:
        owner[key] = _raw(rng)
    elif kind < 0.8:
        del owner[key]
    elif kind < 0.9:  # a copy, so that no document ever holds itself
        other, its = rng.choice(places)
        owner[key] = json.loads(json.dumps(other[its]))
    elif isinstance(owner, dict):
        owner[rng.choice(("", "x", "schema", "__class__", "a" * 400, "\u2028", "with"))] = (
            owner.pop(key) if rng.random() < 0.5 else rng.choice(VALUES)
        )
    else:
        owner.insert(key, rng.choice(VALUES))


def changed(document: Any, rng: random.Random) -> Any:
    """Change one place of a JSON value; may hold marks that ``text_of`` writes out."""
    places = [*_places([document])]
    if len(places) == 1 or rng.random() < 0.02:
        return rng.choice((_raw(rng), rng.choice(VALUES)))
    _change(rng.choice(places[1:]), places, rng)
    return document


def text_of(document: Any, ascii_only: bool = True) -> str:
    """A JSON value as text, with whatever its marks stand for."""
    text = json.dumps(document, ensure_ascii=ascii_only)
    return MARK.sub(lambda found: RAW[found[1]](int(found[2])), text) if "@raw:" in text else text


def mutate_json(content: bytes, rng: random.Random) -> bytes:
    """Change one place of a JSON document; where it is none, some bytes."""
    try:
        document = json.loads(content)
        if not isinstance(document, (dict, list)):
            document = [document]
        return text_of(changed(document, rng), rng.random() < 0.8).encode("utf-8", "surrogatepass")
    except (ValueError, RecursionError):
        return mutate_bytes(content, rng)


def mutate_lines(content: bytes, rng: random.Random) -> bytes:
    """Change one line of a file that holds a JSON document in each."""
    lines = content.split(b"\n")
    at = rng.randrange(len(lines))
    lines[at] = mutate_json(lines[at], rng)
    return b"\n".join(lines)
