"""What could not be done for some results of a class, said at the end; the others are done."""

import typer

from grader.cli.codes import CALLER, OURS


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
            typer.echo(f"error: {sentence}", err=True)
        if self.sentences:
            raise typer.Exit(OURS if self.ours else CALLER)
