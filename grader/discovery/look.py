"""Reads a submission's source without running it: unfinished exercises, and whether it parses."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator

from grader.discovery.source import Cell, Unreadable, read_cells
from grader.model.evidence import Place, SourceLook
from grader.model.submission import Submission

MAGIC = re.compile(r"^\s*([%!]|.*\?\s*$)")


def look_at_source(submission: Submission, placeholders: tuple[str, ...]) -> SourceLook:
    """Return what the source shows. Placeholders count as code, not in comments or strings."""
    try:
        cells = read_cells(submission)
    except Unreadable as error:
        return SourceLook(parse_error=Place(file=submission.main, text=str(error)))
    found: list[Place] = []
    broken: Place | None = None
    for cell in cells:
        found += _placeholders(cell, placeholders, submission.main)
        broken = broken or _parse_error(cell, submission.main)
    lines = sum(cell.text.count("\n") + 1 for cell in cells)
    return SourceLook(placeholders=tuple(found), parse_error=broken, lines=lines)


def _placeholders(cell: Cell, names: tuple[str, ...], file: str) -> Iterator[Place]:
    lines = cell.text.splitlines()
    for token in _tokens(cell.text):
        if token.type == tokenize.NAME and token.string in names:
            line = token.start[0]
            text = lines[line - 1].strip()[:120] if line <= len(lines) else token.string
            yield Place(file=file, cell=cell.number, line=line, text=text)


def _tokens(text: str) -> Iterator[tokenize.TokenInfo]:
    """The tokens of ``text`` up to the first place where it stops being Python."""
    try:
        yield from tokenize.generate_tokens(io.StringIO(text).readline)
    except (tokenize.TokenError, SyntaxError):
        return


def _parse_error(cell: Cell, file: str) -> Place | None:
    text = cell.text
    if cell.number is not None:  # IPython's own syntax is fine in a notebook
        if text.lstrip().startswith("%%"):
            return None
        text = "\n".join("pass" if MAGIC.match(line) else line for line in text.splitlines())
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None)
        return Place(file=file, cell=cell.number, line=line, text=str(error)[:200])
    return None
