"""Reads a submission's source without running it: what is unfinished, and what cannot run."""

from itertools import islice, pairwise
from pathlib import PurePosixPath

from grader.discovery.helpers import helpers
from grader.discovery.imports import imports
from grader.discovery.kaggle import reads_kaggle
from grader.discovery.needs import framework, missing, own_modules, stand_ins
from grader.discovery.parse import Parsed, parse
from grader.discovery.placeholders import placeholders
from grader.discovery.source import Cell, Unreadable, read_cells
from grader.discovery.written import written_layers
from grader.model.assignment import Assignment
from grader.model.source import Code, Place, SourceLook
from grader.model.submission import Kind, Submission

WORDS = ("cuda", "mps", "do_shutdown", "get_ipython", "pip install")
"""What somebody who runs the program wants to know of: see the helps of the probe."""
MOST_LAYERS = 300
"""More than a network of these labs has; beyond that nobody looks for the one that is wrong."""
MOST_KEPT = 200_000
"""Characters of code that are kept with a result; a lab has ten thousand."""
MOST_MISSING = 50
"""Enough to see what is wrong with a program; looking for each takes a while."""


def look_at_source(
    submission: Submission, assignment: Assignment, solution_cells: bool = False
) -> SourceLook:
    """Return what the source shows: of the main file, and of the handed-in modules it leads to.

    Cells of the handout's solution are left out; with ``solution_cells`` they count as the
    student's, and stand for the unfinished cell before each.
    """
    try:
        cells = read_cells(submission.folder, submission.main)
    except Unreadable as error:
        place = Place(file=submission.main, text=str(error))
        return SourceLook(parse_error=place, hopeless="it is not a file that can be opened")
    solutions = [cell for cell in cells if _is_solution(cell, assignment.solution_marker)]
    left_out = _unfinished_before(solutions, cells, assignment) if solution_cells else solutions
    skipped = _numbers(left_out)
    main = [parse(cell) for cell in cells if cell.number not in skipped]
    program = [*main, *helpers(main, submission)]
    found = [*imports(program)]
    own = own_modules([*submission.files, *(one.writes for one in main if one.writes)])
    other = framework(found, program)
    lines = sum(bool(line.strip()) for one in main for line in one.cell.text.splitlines())
    return SourceLook(
        placeholders=tuple(
            place for one in program for place in placeholders(one, assignment.placeholders)
        ),
        parse_error=_first_error(program),
        lines=lines,
        skipped_cells=skipped,
        solution_cells=_numbers(solutions),
        solutions_ran=solution_cells,
        framework=other,
        missing_modules=tuple(islice(missing(found, own, assignment.stand_ins), MOST_MISSING)),
        stand_ins=tuple(stand_ins(found, own, assignment.stand_ins)),
        mentions=tuple(word for word in WORDS if any(word in one.cell.text for one in program)),
        reads_kaggle=reads_kaggle(program),
        export=_export(submission, program),
        hopeless=_hopeless(submission, _first_error(main), lines, other),
        layers=tuple(islice(written_layers(program), MOST_LAYERS)),
        code=_kept(program),
    )


def _kept(program: list[Parsed]) -> tuple[Code, ...]:
    """The code as it stands, for those who read it later; of a program of that size nothing."""
    if sum(len(one.cell.text) for one in program) > MOST_KEPT:
        return ()
    return tuple(
        Code(file=one.cell.file, cell=one.cell.number, text=one.cell.text) for one in program
    )


def _first_error(parsed: list[Parsed]) -> Place | None:
    return next((one.error for one in parsed if one.error), None)


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


def _export(submission: Submission, program: list[Parsed]) -> str | None:
    """The script beside a notebook that bears its name and has no part in it."""
    name = PurePosixPath(submission.main).with_suffix(".py").as_posix()
    used = {one.cell.file for one in program}
    return name if name in submission.files and name not in used else None


def _is_solution(cell: Cell, marker: str) -> bool:
    """Whether a notebook's cell is the handout's; a script has no cells."""
    first = next((line.strip() for line in cell.text.splitlines() if line.strip()), "")
    return cell.number is not None and bool(marker) and first == marker


def _unfinished_before(
    solutions: list[Cell], cells: list[Cell], assignment: Assignment
) -> list[Cell]:
    """The unfinished cells that a solution cell directly follows."""
    before = [cell for cell, after in pairwise(cells) if after in solutions]
    return [cell for cell in before if any(placeholders(parse(cell), assignment.placeholders))]


def _numbers(cells: list[Cell]) -> tuple[int, ...]:
    return tuple(cell.number for cell in cells if cell.number is not None)
