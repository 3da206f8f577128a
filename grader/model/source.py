"""What reading a student's code shows, and places in it."""

from grader.model.base import Frozen


class Place(Frozen):
    """A place in a student's code; ``cell`` counts code cells from 1, ``line`` lines from 1."""

    file: str | None = None
    cell: int | None = None
    line: int | None = None
    text: str = ""

    @property
    def words(self) -> str:
        """The place by name: ``line 3 of lab.py``, in a notebook ``cell 7, line 3``."""
        parts = [f"cell {self.cell}"] if self.cell is not None else []
        parts += [f"line {self.line}"] if self.line is not None else []
        if self.file and self.cell is None:
            return f"{parts[0]} of {self.file}" if parts else self.file
        return ", ".join(parts)


class MissingModule(Frozen):
    """A module that is imported and cannot be found; ``place`` is its first import."""

    name: str
    place: Place


class WrittenLayer(Frozen):
    """A call that makes a layer; ``kind`` is what such a layer is measured as."""

    kind: str
    place: Place


class Code(Frozen):
    """One piece of a student's code: a script, or a code cell by its number from 1."""

    file: str
    cell: int | None = None
    text: str


class SourceLook(Frozen):
    """What reading the source, without running it, shows.

    ``parse_error`` is the file itself where it cannot be opened, else its first place that is not
    Python. ``solution_cells`` are the handout's, by number; ``skipped_cells`` are not run: those,
    or where ``solutions_ran`` the unfinished cells before them. ``framework`` names another than
    PyTorch, where the program is written in that. ``stand_ins`` are the libraries for display that
    it imports unconditionally. ``mentions`` are the words that stand in it of those somebody asks
    for. ``reads_kaggle`` is true where it names Kaggle's files instead of the course's.
    ``export`` is the script beside a notebook that bears its name and is not run.
    ``hopeless`` says why not a line of it can run. ``layers`` are those it makes, as written.
    ``code`` is what was read, in order; nothing where that is too long to keep, and in older
    results.
    """

    placeholders: tuple[Place, ...] = ()
    parse_error: Place | None = None
    lines: int = 0
    skipped_cells: tuple[int, ...] = ()
    solution_cells: tuple[int, ...] = ()
    solutions_ran: bool = False
    framework: str | None = None
    missing_modules: tuple[MissingModule, ...] = ()
    stand_ins: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    reads_kaggle: bool = False
    export: str | None = None
    hopeless: str | None = None
    layers: tuple[WrittenLayer, ...] = ()
    code: tuple[Code, ...] = ()
