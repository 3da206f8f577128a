"""Mutations of text in lines: Python, YAML, tables and what a program printed."""

import random
import re
from collections.abc import Callable, Sequence

from blobs import mutate_bytes

LENGTHS = (1, 1, 1, 3, 3, 30, 30, 150, 150, 300, 300, 1100, 3000, 20_000)
ANYTHING = (
    *("\t", " ", "\r", "\x0c", "\0", "\u2028", "\ufeff", "é", "٣", "'", '"', '"""', "\\", "#"),
    *("(", ")", "[", "{", ":", "=", ",", ".", "-", "0", "9", "a", "\n", "\r\n", "%", "!", "?", "&"),
)
PYTHON = (
    *("%matplotlib inline", "!pip install x", "x = !ls", "torch?", "a.b??", "%%time", "%%bash"),
    *("%%writefile m.py", "%%writefile -a ../m.py", "import tensorflow", "from . import *"),
    *("from .... import a", "import a.b.c as d", "# coding: latin-1", "# coding: utf-7"),
    *("# coding: idna", "# coding: punycode", "# coding: unicode_escape", "# coding: hex"),
    *("# coding: undefined", "# coding: raw_unicode_escape", "# coding: utf-16", "# coding: rot13"),
    *("# SOLUTION", "FIXME", "try:", "    pass", "except ImportError: pass", "if TYPE_CHECKING:"),
    *(
        "match x:",
        "async def f(): await x",
        "x = 0x" + "f" * 5000,
        "x = " + "9" * 5000,
        "'\\ud800'",
    ),
    *(
        "f'{x!r:{y}}'",
        "class A[T]: pass",
        "print 'x'",
        "lambda: (yield)",
        "+AGE- \\ud800",
        "return",
    ),
    *("open('sign_mnist_test.csv')", "f'sign_mnist_{x}.csv'", "x = '\\N{no}'", "global x; x: int"),
)
YAML = (
    *("!!bool x", "!!int ''", "!!int x", "!!timestamp x", "!!float x", "!!binary '%'", "!!set {a}"),
    *("!!python/object:os.system x", "!!omap [a]", "!!pairs [a]", "!!null x", "!!str", "!!map []"),
    *("&a [*a]", "*nothing", "<<: *nothing", "<<: [1]", "? [a, b]", "? {a: b}", "- - - -", "..."),
    *("---", "%YAML 9.9", "%TAG ! !", "2001-99-99", "0001-01-01T00:00:00+23:59", "0o8", "0x", "1_"),
    *(
        "1:60:60",
        ".inf",
        "-.inf",
        ".nan",
        "yes",
        "~",
        "|",
        ">-9",
        "? ",
        "!<tag:a> b",
        "{a: 1, a: 2}",
    ),
    *("<<: {a: 1}", "9" * 5000, "0b" + "1" * 40_000, "{" * 400, "[" * 900, "- " * 300, "@", "`"),
    "{a: &a [x,x,x,x,x,x,x,x,x], b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a], c: &c [*b,*b,*b,*b,*b,*b,*b,"
    "*b,*b], d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c], e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d], f: &f [*e,*e,"
    "*e,*e,*e,*e,*e,*e,*e], g: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f], h: [*g,*g,*g,*g,*g,*g,*g,*g,*g]}",
)
TABLE = (
    *(
        "256",
        "-1",
        "25",
        "9",
        "24",
        "1.5",
        "1e3",
        "nan",
        '"1"',
        "",
        " ",
        "9" * 30,
        "٣",
        "0x1",
        "+1",
    ),
    *(
        "1 2",
        "1;2",
        "00001",
        "1_0",
        "\x1a",
        "-0",
        "99999999999999999999",
        "label",
        "9223372036854775808",
    ),
)
PRINTED = (
    *(
        "train acc 0.9",
        "val accuracy: 97 %",
        "accuracy " + "9" * 400,
        "test acc .",
        "valid acc 1e5",
    ),
    *("train " * 700, "acc " * 900, "acc 1.9999999", "train accuracy 0.٣", "valid acc 100/100"),
)


def _lines(text: str, rng: random.Random, words: Sequence[str]) -> str:
    """Change whole lines."""
    lines = text.split("\n")
    at = rng.randrange(len(lines))
    kind = rng.randrange(6)
    if kind == 0:
        del lines[at]
    elif kind == 1:
        lines.insert(at, lines[rng.randrange(len(lines))])
    elif kind == 2:
        lines[at] = rng.choice((" ", "\t", "    ", "")) + lines[at].strip()
    elif kind == 3:
        lines.insert(at, rng.choice(words))
    elif kind == 4:
        lines[at:at] = [lines[at]] * rng.choice((2, 50, 400))
    else:
        lines[at] = rng.choice(words)
    return "\n".join(lines)


def _word(text: str, rng: random.Random, words: Sequence[str]) -> str:
    """Put one of ``words`` in the place of a word of the text."""
    found = [*re.finditer(r"[^\s,:()\[\]]+", text)]
    if not found:
        return rng.choice(words)
    one = rng.choice(found)
    return text[: one.start()] + rng.choice(words) + text[one.end() :]


def _run(text: str, rng: random.Random, words: Sequence[str]) -> str:
    """Insert the same few characters very often."""
    at = rng.randrange(len(text) + 1)
    piece = rng.choice((rng.choice(ANYTHING), rng.choice(ANYTHING) + rng.choice(ANYTHING)))
    many = piece * rng.choice(LENGTHS)
    if rng.random() < 0.3:  # on a line of its own, with something behind it
        many = "\n" + many + rng.choice(ANYTHING) + "\n"
    return text[:at] + many + text[at:]


def _piece(text: str, rng: random.Random, words: Sequence[str]) -> str:
    at, end = sorted((rng.randrange(len(text) + 1), rng.randrange(len(text) + 1)))
    return (
        text[:at] + text[end:] if end - at < 200 else text[:at] + rng.choice(ANYTHING) + text[at:]
    )


CHANGES: tuple[Callable[[str, random.Random, Sequence[str]], str], ...] = (
    *(_lines, _word, _word, _run, _piece),
)


def mutate_text(content: bytes, rng: random.Random, words: Sequence[str]) -> bytes:
    """Change one place of a text; ``words`` are what is worth trying in texts of its kind."""
    if rng.random() < 0.15:
        return mutate_bytes(content, rng)
    text = content.decode("utf-8", "surrogateescape")
    return rng.choice(CHANGES)(text, rng, words).encode("utf-8", "surrogateescape")
