"""The placeholders of the handout that still stand in the code."""

import ast
import io
import tokenize
from collections.abc import Iterator

from grader.discovery.parse import Parsed
from grader.model.source import Place

LONGEST = 500
"""Characters of a line that is read by tokens: how long that takes grows with their square."""


def placeholders(parsed: Parsed, names: tuple[str, ...]) -> Iterator[Place]:
    """Yield where one of ``names`` stands as code, not in a comment, a string or a shell's line."""
    lines = parsed.cell.text.split("\n")
    for line in sorted([*_in_short_lines(parsed, names), *_in_long_lines(parsed, names)]):
        text = lines[line - 1].strip()[:120] if line <= len(lines) else ""
        yield Place(file=parsed.cell.file, cell=parsed.cell.number, line=line, text=text)


def _in_short_lines(parsed: Parsed, names: tuple[str, ...]) -> Iterator[int]:
    """The line of each token that is one of ``names``, whether or not the code is Python."""
    lines = [line if len(line) <= LONGEST else "" for line in parsed.text.split("\n")]
    for token in _tokens("\n".join(lines)):
        if token.type == tokenize.NAME and token.string in names:
            yield token.start[0]


def _in_long_lines(parsed: Parsed, names: tuple[str, ...]) -> Iterator[int]:
    """The line of each name in the syntax tree that is one of ``names``."""
    long = {number for number, line in enumerate(parsed.text.split("\n"), 1) if len(line) > LONGEST}
    for node in ast.walk(parsed.tree) if long and parsed.tree else ():
        said = {getattr(node, field, None) for field in ("id", "attr", "name", "arg")}
        if getattr(node, "lineno", 0) in long and said & {*names}:
            yield getattr(node, "lineno", 0)


def _tokens(text: str) -> Iterator[tokenize.TokenInfo]:
    """The tokens of ``text`` up to the first place where it stops being Python."""
    try:
        yield from tokenize.generate_tokens(io.StringIO(text).readline)
    except (tokenize.TokenError, SyntaxError):
        return
