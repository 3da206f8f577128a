"""Where something stands as platforms name it: a file of the repository, and a line of its text."""

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from grader.ci.lines import line_in_text
from grader.model.source import Place
from grader.model.submission import Submission


@dataclass(frozen=True)
class Places:
    """The files that were handed in. ``root`` is the repository, from which its files are named."""

    submission: Submission
    root: Path

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
        return self._named(name), line_in_text(self._text(name), where)

    def _named(self, name: str) -> str:
        path = self.submission.folder / PurePosixPath(name)
        root = self.root.resolve()
        return path.relative_to(root).as_posix() if path.is_relative_to(root) else name

    def _text(self, name: str) -> str:
        try:
            return (self.submission.folder / name).read_text("utf-8-sig", errors="replace")
        except OSError:
            return ""
