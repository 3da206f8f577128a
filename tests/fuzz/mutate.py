"""Chooses what to change in an input, by what its files are."""

import gzip
import json
import random
import zlib
from collections.abc import Callable, Sequence
from functools import partial

import yaml
from arrays import mutate_idx, mutate_npy, mutate_safetensors
from blobs import mutate_bytes
from inputs import Case, Content, Odd
from texts import PRINTED, PYTHON, TABLE, YAML, mutate_text
from trees import changed, mutate_json, mutate_lines, text_of
from zips import NAMES, mutate_zip

Mutator = Callable[[bytes, random.Random], bytes]
MOST_ALIASES = 8
"""A text with more may stand for gigabytes."""
BOMB = gzip.compress(bytes(20_000_000))


def _notebook(content: bytes, rng: random.Random) -> bytes:
    """Change the code of one cell, or anything of the document."""
    if rng.random() < 0.6:
        return mutate_json(content, rng)
    try:
        document = json.loads(content)
        cell = rng.choice(document["cells"])
        source = cell["source"]
        code = (source if isinstance(source, str) else "".join(source)).encode("utf-8", "replace")
        cell["source"] = mutate_text(code, rng, PYTHON).decode("utf-8", "replace")
        return text_of(document).encode()
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        return mutate_json(content, rng)


def _gzip(content: bytes, rng: random.Random) -> bytes:
    kind = rng.random()
    if kind < 0.5:
        return mutate_bytes(content, rng)
    if kind < 0.55:
        return BOMB
    try:
        inner = gzip.decompress(content)
    except (OSError, EOFError, zlib.error):
        return mutate_bytes(content, rng)
    return gzip.compress(inner if kind < 0.6 else mutate_idx(inner, rng), 1)


def _yaml(content: bytes, rng: random.Random) -> bytes:
    """As text, or as the document that it is, written as JSON."""
    if rng.random() < 0.5 or content.count(b"*") > MOST_ALIASES:
        return mutate_text(content, rng, YAML)
    try:
        document = yaml.load(content, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
        text_of(document)
    except Exception:  # noqa: BLE001 - earlier mutations may have made anything of it
        return mutate_text(content, rng, YAML)
    return text_of(changed(document, rng), ascii_only=False).encode("utf-8", "surrogatepass")


def inside(name: str, content: bytes, rng: random.Random) -> bytes:
    """Change one thing of the content of a file called ``name``."""
    known = (mutator for end, mutator in MUTATORS if name.lower().endswith(end))
    return next(known, mutate_bytes)(content, rng)


MUTATORS: tuple[tuple[str, Mutator], ...] = (
    (".json", mutate_json),
    (".jsonl", mutate_lines),
    (".ipynb", _notebook),
    (".safetensors", mutate_safetensors),
    (".npy", mutate_npy),
    ("ubyte", mutate_idx),
    (".gz", _gzip),
    (".zip", partial(mutate_zip, inside=inside)),
    (".work", partial(mutate_zip, inside=inside)),
    (".yaml", _yaml),
    (".py", partial(mutate_text, words=PYTHON)),
    (".csv", partial(mutate_text, words=TABLE)),
    (".txt", partial(mutate_text, words=PRINTED)),
)


def _another(
    case: Case, name: str, content: Content, rng: random.Random, odd: Sequence[Odd]
) -> Case:
    """Put something else in the place of a file, or the file in another place."""
    kind = rng.randrange(4)
    if kind == 0:
        return case.without(name)
    if kind == 1:
        return case.having(name, rng.choice(odd))
    if kind == 2:
        return case.having(name, case.files[rng.choice(sorted(case.files))])
    folder = name.rpartition("/")[0]
    new = rng.choice((*NAMES, "\udcff.py", "a\udcff/x.py")).replace("\0", "").lstrip("./\\")
    return case.having(f"{folder}/{new}" if folder else new or "x", content)


def mutate(case: Case, rng: random.Random, odd: Sequence[Odd]) -> Case:
    """Change exactly one thing of ``case``; one of ``odd`` may lie in the place of a file."""
    names = sorted(case.files)
    if not names:
        return case
    name = rng.choice(names)
    content = case.files[name]
    if rng.random() < 0.05 or not isinstance(content, bytes):
        return _another(case, name, content, rng, odd)
    try:
        return case.having(name, inside(name, content, rng))
    except Exception:  # noqa: BLE001 - earlier changes may have made what nothing can read or write
        return case.having(name, mutate_bytes(content, rng))
