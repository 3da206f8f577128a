"""Where something stands as platforms name it: a file of the repository, and a line of its text."""

from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from grader.ci.lines import CellLines
from grader.model.source import Place
from grader.model.submission import Submission


@dataclass(frozen=True)
class Places:
    """The files that were handed in. ``root`` is the repository, from which its files are named."""

    submission: Submission
    root: Path
    _read: dict[str, CellLines] = field(default_factory=dict, compare=False, repr=False)
    """The notebooks whose text was read, by name: each is read once."""

    @property
    def main(self) -> str:
        """The file that is graded."""
        return self._named(self.submission.main)

    def at(self, where: Place | None) -> tuple[str, int | None]:
        """Return the file and line of a place; of none, or one outside the work, the graded file.

        A run can claim any file: only those that were handed in are named.
        """
        if where is None:
            return self.main, None
        name = where.file or self.submission.main
        if name not in self.submission.files:
            return self.main, None
        if where.cell is None:
            return self._named(name), where.line
        if name not in self._read:
            self._read[name] = CellLines(self._text(name))
        return self._named(name), self._read[name].line(where)

    def _named(self, name: str) -> str:
        return named_from(self.root, self.submission.folder / PurePosixPath(name)) or name

    def _text(self, name: str) -> str:
        try:
            return (self.submission.folder / name).read_text("utf-8-sig", errors="replace")
        except OSError:
            return ""


def named_from(root: Path, path: Path) -> str | None:
    """Return the name by which a platform knows the file at ``path``; ``None`` outside ``root``."""
    root = root.resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else None
