"""Reads a submission's source without running it: unfinished exercises, and whether it parses."""

import ast
import io
import re
import tokenize
import warnings
from collections.abc import Iterator

from grader.discovery.source import Cell, Unreadable, read_cells
from grader.model.evidence import Place, SourceLook
from grader.model.submission import Submission

MAGIC = re.compile(r"^(\s*)([%!?]|[\w.*]+\?{1,2}\s*$|[\w.,\s]+=\s*[%!])")
"""A line only IPython understands: a magic, a command, a question, or one of them assigned."""


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
    lines = sum(bool(line.strip()) for cell in cells for line in cell.text.splitlines())
    return SourceLook(placeholders=tuple(found), parse_error=broken, lines=lines)


def _placeholders(cell: Cell, names: tuple[str, ...], file: str) -> Iterator[Place]:
    lines = cell.text.split("\n")
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
    lines = cell.text.split("\n")
    if cell.number is not None and cell.text.lstrip().startswith("%%"):
        return None
    while (error := _syntax_error("\n".join(lines))) is not None:
        line = getattr(error, "lineno", None) or 0
        magic = MAGIC.match(lines[line - 1]) if 0 < line <= len(lines) else None
        if cell.number is None or magic is None:
            return Place(
                file=file,
                cell=cell.number,
                line=line or None,
                text=(getattr(error, "msg", None) or str(error))[:200],
            )
        end = line - 1
        while lines[end].rstrip().endswith("\\") and end + 1 < len(lines):
            end += 1  # a magic may go on behind a backslash
        # Fine in a notebook: look on behind it.
        lines[line - 1 : end + 1] = [f"{magic[1]}pass", *[""] * (end + 1 - line)]
    return None


def _syntax_error(text: str) -> Exception | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an escape like \d is worth a warning, not an error
            ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return error
    return None
