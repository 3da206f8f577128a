"""``grader check --watch`` in the terminal: each save, its answer, and then perhaps a grade."""

import time
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NoReturn

import typer
from rich.console import Console
from rich.text import Text

from grader.cli.codes import NOT_ISOLATED
from grader.cli.live import LiveRun
from grader.cli.show import PRACTICE, show_grade
from grader.cli.signs import inert
from grader.cli.story import show_mistake
from grader.errors import CallerError
from grader.model.grade import Grade
from grader.pipeline.path import Listener
from grader.pipeline.setup import Setup, Standard
from grader.watch import Answer, Asked, watch


def watch_and_show(asked: Asked, console: Console, *, full: bool, as_json: bool) -> NoReturn:
    """Watch a submission until the user stops it.

    Raises CallerError for what has to be mended before anything can be watched.
    """
    if as_json:
        raise CallerError(
            "--watch shows every save in the terminal, and --json prints one grade: leave one of "
            "them out"
        )
    watch(asked, Shown(asked.path.name, console, full=full))


class Shown:
    """Shows what is heard; see ``grader.watch.Watcher``."""

    def __init__(self, name: str, console: Console, *, full: bool) -> None:
        self.name, self.console, self.full = name, console, full

    def prepared(self, setup: Setup) -> None:
        """Say once what holds for every save."""
        if setup.chosen.isolation.level == 0:
            typer.echo(NOT_ISOLATED, err=True)
        if setup.data.profile == "practice":
            self.console.print(PRACTICE, style="bold yellow")
        self._say(f"Watching {self.name}: save it, and it is checked. Ctrl-C ends this.", "dim")
        self._say("The first answer takes longer: PyTorch is loaded once.", "dim")

    def answered(self, answer: Answer, after_s: float) -> None:
        """Show what stands in the way, or else what works."""
        self._rule(f"{self.name} at {time.strftime('%H:%M:%S')}")
        for sentence in answer.problems:
            self._marked("✗", "red", sentence)
        for one in answer.mistakes[:1]:
            show_mistake(self.console, one)
        for one in answer.mistakes[1:3]:
            self._marked("!", "yellow", one.title)
        for sentence in answer.seen:
            self._marked("✓", "green", sentence)
        if answer.next_step:
            self._say(f"→ {answer.next_step}", "")
        rest = "now the whole check" if answer.sound else "not run further"
        self._say(f"answered {after_s:.1f} s after the save, {rest}", "dim")

    def follow(self, setup: Setup, judged_by: Standard) -> AbstractContextManager[Listener | None]:
        """Show the whole check as it goes on."""
        return LiveRun(self.console, self.name, judged_by.expectation.baseline.epochs, quiet=False)

    def graded(self, grade: Grade, folder: Path, after_s: float) -> None:
        """Show the grade."""
        show_grade(self.console, grade, folder, full=self.full)
        self._say(f"graded {after_s:.1f} s after the save", "dim")

    def stopped(self) -> None:
        """Say why there is no grade."""
        self._say("saved again: this check was stopped, and nothing of it is kept", "yellow")

    def refused(self, sentence: str) -> None:
        """Say what has to be mended outside of the program."""
        self._marked("✗", "red", sentence)
        self.waits()

    def waits(self) -> None:
        """Say that it is the student's turn."""
        self._say("Waiting for the next save.", "dim")

    def _rule(self, title: str) -> None:
        self.console.print()
        self.console.print(inert(title), style="bold", soft_wrap=True)

    def _marked(self, sign: str, style: str, sentence: str) -> None:
        self.console.print(Text(f"{sign} ", style=style).append(inert(sentence)), highlight=False)

    def _say(self, sentence: str, style: str) -> None:
        self.console.print(inert(sentence), style=style, highlight=False)
