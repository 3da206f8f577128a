"""Live progress of one run: per epoch, with the time left."""

import contextlib
import time
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from grader.inert import plain
from grader.intake.wire import ProgressLine
from grader.reports.text import clock, percent


def _named(which: str, accuracy: float | None) -> str:
    return "" if accuracy is None else f", {which} {percent(accuracy)}"


class LiveRun:
    """Shows a run as it goes on: a bar on a terminal, one plain line per epoch elsewhere."""

    def __init__(self, console: Console, title: str, epochs: int, quiet: bool) -> None:
        """``epochs`` is what the reference trains: the best guess of how long this takes."""
        self.console = console
        self.epochs = epochs
        self.quiet = quiet
        self.epoch = self.shown = 0
        self.training = self.validation = ""
        self.started_s = time.monotonic()
        self.progress = Progress(
            TextColumn("{task.description}", markup=False),  # the name of a student's file
            BarColumn(bar_width=24),
            TextColumn("{task.fields[state]}"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=quiet or not console.is_terminal,
        )
        self.task = self.progress.add_task(plain(title), total=epochs, state="starting")

    def __enter__(self) -> "LiveRun":
        self.progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with contextlib.suppress(Exception, SystemExit):  # a terminal that is gone costs no run
            self.progress.stop()

    def again(self, attempt: int) -> None:
        """Begin anew with the next attempt."""
        self.epoch = self.shown = 0
        self.training = self.validation = ""
        self.progress.update(self.task, completed=0, state="starting")
        if not self.quiet:
            said = "Only accuracies fall short, and by little: run again with another seed"
            self.console.print(f"{said} (attempt {attempt + 1}).", soft_wrap=True)

    def listen(self, line: ProgressLine) -> None:
        """Take in one line of a run's progress."""
        if line.cells is not None:
            if self.epoch == 0:
                self.progress.update(self.task, state=f"cell {line.cell} of {line.cells}")
            return
        if line.training and line.epoch is not None:
            self.epoch = line.epoch
            self.training = _named("training", line.accuracy)
        elif not line.training:
            self.validation = _named("validation", line.accuracy)
        left = max(0, self.epochs - self.epoch) * line.elapsed_s / max(1, self.epoch)
        expected = f" (expected: {self.epochs})" if self.epoch < self.epochs else ""
        state = f"epoch {self.epoch}{expected}{self.training}{self.validation}"
        if left:
            state += f", about {clock(left)} left"
        self.progress.update(self.task, completed=self.epoch, state=state)
        if not line.training and self.shown < self.epoch:
            self.shown = self.epoch
            if not self.quiet and not self.console.is_terminal:
                self.console.print(state, highlight=False, soft_wrap=True)
