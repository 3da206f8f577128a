"""The handed-in modules that a program imports, and those that these import in turn."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from grader.discovery.imports import imports
from grader.discovery.needs import is_installed
from grader.discovery.parse import Parsed, parse
from grader.discovery.source import MOST_CODE, MUCH_CODE, Cell, Unreadable, read_cells
from grader.model.source import Place
from grader.model.submission import Submission


def helpers(program: list[Parsed], submission: Submission) -> list[Parsed]:
    """Return the modules that ``program``, the main file's code, leads to, each of them once."""
    found: list[Parsed] = []
    known = {submission.main}
    waiting = [*program]
    left = MOST_CODE - sum(len(one.cell.text) for one in program)
    while waiting:
        one = waiting.pop(0)
        for name in dict.fromkeys(each.name for each in imports([one])):
            for file in _files(name, one.cell.file, submission):
                if file not in known:
                    known.add(file)
                    found.append(_read(file, submission, left))
                    left -= len(found[-1].cell.text)
                    waiting.append(found[-1])
    return found


def _read(file: str, submission: Submission, left: int) -> Parsed:
    """Parse a module of at most ``left`` characters."""
    try:
        (cell,) = read_cells(submission.folder, file)
        if len(cell.text) > left:
            raise Unreadable(MUCH_CODE)
    except Unreadable as error:
        return Parsed(Cell(file, None, ""), "", None, Place(file=file, text=str(error)))
    return parse(cell)


def _files(name: str, importer: str, submission: Submission) -> Iterator[str]:
    """The files that importing ``name`` in ``importer`` runs: packages on the way, the module.

    Python looks beside the main file; where nothing is there, the program may have told it where.
    """
    absolute = name.lstrip(".")
    level = len(name) - len(absolute)
    home = PurePosixPath(importer if level else submission.main).parents
    base = home[min(max(level - 1, 0), len(home) - 1)]
    parts = absolute.split(".") if absolute else []
    ways = [base.joinpath(*parts[:count]) for count in range(0 if level else 1, len(parts) + 1)]
    places = [f"{way}.py" for way in ways] + [f"{way / '__init__.py'}" for way in ways]
    there = [place for place in places if place in submission.files]
    if there or level or is_installed(parts[0]):
        yield from there
        return
    ends = tuple(f"/{place}" for place in places)
    elsewhere = [file for file in submission.files if file.endswith(ends)]
    folders = {file.removesuffix(end) for file in elsewhere for end in ends if file.endswith(end)}
    if len(folders) == 1:  # of several with that name nobody can say which one is meant
        yield from elsewhere
