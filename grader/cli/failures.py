"""What is said of what failed: for some results of a class at the end, of a bug at once."""

import sys
import tempfile
import traceback
from pathlib import Path

import typer

from grader import __version__
from grader.cli.codes import CALLER, OURS
from grader.inert import plain


class Failures:
    """One sentence for each folder that was left out."""

    def __init__(self, damaged: tuple[str, ...] = ()) -> None:
        self.sentences = list(damaged)
        self.ours = False

    def add(self, error: Exception | str, folder: object = "") -> None:
        """Remember a mistake in a sentence, or a failure of our own that names the ``folder``."""
        from grader.errors import CallerError

        if isinstance(error, (str, CallerError)):
            self.sentences.append(str(error))
            return
        self.ours = True
        self.sentences.append(
            f"the report of {folder} could not be made ({type(error).__name__}: {error}): this is "
            "the grader's own failure; the stored run is kept"
        )

    def end(self) -> None:
        """List them and end with the code of the worst."""
        for sentence in self.sentences:
            typer.echo(plain(f"error: {sentence}"), err=True)
        if self.sentences:
            raise typer.Exit(OURS if self.ours else CALLER)


def unforeseen(error: Exception) -> str:
    """What to say of an error that nobody foresaw; its traceback goes to a file."""
    said = f"{type(error).__name__}: {' '.join(str(error).split())[:300]}".rstrip(": .")
    ours = "This is the grader's own failure"
    try:
        return f"{said}. {ours}; please report it with {_log(error)}"
    except OSError:  # what fails may be the very disk that the file would lie on
        return (
            f"{said}. {ours}; its record could not be written either: make room for temporary "
            "files, or name another folder in the environment variable TMPDIR, and try again"
        )


def _log(error: BaseException) -> Path:
    """Keep a traceback where the user can find it and attach it to a report."""
    with tempfile.NamedTemporaryFile(
        "w",
        prefix="grader-error-",
        suffix=".log",
        delete=False,
        encoding="utf-8",
        errors="backslashreplace",  # a file's name can be no valid text
    ) as stream:
        stream.write(f"grader {__version__}, python {sys.version}\n{' '.join(sys.argv)}\n\n")
        stream.write("".join(traceback.format_exception(error)))
    return Path(stream.name)
