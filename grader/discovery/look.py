"""Reads a submission's source without running it: what is unfinished, and what cannot run."""

import ast
import io
import tokenize
from collections.abc import Iterator
from itertools import pairwise

from grader.discovery.imports import framework, imported, missing, stand_ins
from grader.discovery.parse import Parsed, parse
from grader.discovery.source import Cell, Unreadable, read_cells
from grader.model.assignment import Assignment
from grader.model.source import Place, SourceLook
from grader.model.submission import Kind, Submission

WORDS = ("cuda", "mps", "do_shutdown", "get_ipython", "pip install")
"""What somebody who runs the program wants to know of: see the helps of the probe."""
KAGGLES, COURSES = "sign_mnist_test", "sign_mnist_valid"


def look_at_source(
    submission: Submission, assignment: Assignment, solution_cells: bool = False
) -> SourceLook:
    """Return what the source shows. Placeholders count as code, not in comments or strings.

    Cells of the handout's solution are left out; with ``solution_cells`` they count as the
    student's, and stand for the unfinished cell before each.
    """
    try:
        cells = read_cells(submission)
    except Unreadable as error:
        place = Place(file=submission.main, text=str(error))
        return SourceLook(parse_error=place, hopeless="it is not a file that can be opened")
    solutions = [cell for cell in cells if _is_solution(cell, assignment.solution_marker)]
    left_out = _unfinished_before(solutions, cells, assignment) if solution_cells else solutions
    skipped = _numbers(left_out)
    own = [cell for cell in cells if cell.number not in skipped]
    parsed = [parse(cell, submission.main) for cell in own]
    broken = next((one.error for one in parsed if one.error), None)
    modules = imported(parsed, submission.main)
    other = framework(modules, submission)
    lines = sum(bool(line.strip()) for cell in own for line in cell.text.splitlines())
    return SourceLook(
        placeholders=tuple(
            place
            for cell in own
            for place in _placeholders(cell, assignment.placeholders, submission.main)
        ),
        parse_error=broken,
        lines=lines,
        skipped_cells=skipped,
        solution_cells=_numbers(solutions),
        solutions_ran=solution_cells,
        framework=other,
        missing_modules=tuple(missing(modules, submission, assignment.stand_ins)),
        stand_ins=tuple(stand_ins(modules, submission, assignment.stand_ins)),
        mentions=tuple(word for word in WORDS if any(word in cell.text for cell in own)),
        reads_kaggle=_reads_kaggle(parsed),
        hopeless=_hopeless(submission, broken, lines, other),
    )


def _hopeless(
    submission: Submission, broken: Place | None, lines: int, other: str | None
) -> str | None:
    """Why not a line of it can run. A notebook's other cells run in spite of a broken one."""
    if not lines:
        return "it holds no code"
    if other is not None:
        return f"it is a {other} program"
    if broken is not None and submission.kind is Kind.SCRIPT:
        return "Python cannot read it"
    return None


def _reads_kaggle(parsed: list[Parsed]) -> bool:
    """Whether a program names Kaggle's validation file, and not the course's as well."""
    texts = [
        node.value
        for one in parsed
        for node in ast.walk(one.tree or ast.Module([], []))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return any(KAGGLES in text for text in texts) and not any(COURSES in text for text in texts)


def _is_solution(cell: Cell, marker: str) -> bool:
    """Whether a notebook's cell is the handout's; a script has no cells."""
    first = next((line.strip() for line in cell.text.splitlines() if line.strip()), "")
    return cell.number is not None and bool(marker) and first == marker


def _unfinished_before(
    solutions: list[Cell], cells: list[Cell], assignment: Assignment
) -> list[Cell]:
    """The unfinished cells that a solution cell directly follows."""
    before = [cell for cell, after in pairwise(cells) if after in solutions]
    return [cell for cell in before if any(_placeholders(cell, assignment.placeholders, ""))]


def _numbers(cells: list[Cell]) -> tuple[int, ...]:
    return tuple(cell.number for cell in cells if cell.number is not None)


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
