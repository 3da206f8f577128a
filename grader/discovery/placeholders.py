"""The placeholders of the handout that still stand in the code."""

import io
import tokenize
from collections.abc import Iterator

from grader.discovery.parse import Parsed
from grader.model.source import Place


def placeholders(parsed: Parsed, names: tuple[str, ...]) -> Iterator[Place]:
    """Yield where one of ``names`` stands as code, not in a comment, a string or a shell's line."""
    lines = parsed.cell.text.split("\n")
    for token in _tokens(parsed.text):
        if token.type == tokenize.NAME and token.string in names:
            line = token.start[0]
            text = lines[line - 1].strip()[:120] if line <= len(lines) else token.string
            yield Place(file=parsed.cell.file, cell=parsed.cell.number, line=line, text=text)


def _tokens(text: str) -> Iterator[tokenize.TokenInfo]:
    """The tokens of ``text`` up to the first place where it stops being Python."""
    try:
        yield from tokenize.generate_tokens(io.StringIO(text).readline)
    except (tokenize.TokenError, SyntaxError):
        return
