"""The grading of a class as it goes on: a table on a terminal, a line per submission elsewhere."""

import contextlib
import time
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from grader.inert import plain
from grader.reports.text import clock, percent

if TYPE_CHECKING:
    from grader.batch.plan import Plan
    from grader.batch.work import Work
    from grader.intake.wire import ProgressLine
    from grader.model.grade import Grade
    from grader.model.roll import Roll
    from grader.pipeline import Setup

_DRAWN_S = 0.5
_GONE = (OSError, SystemExit)
"""What is raised where the terminal is gone, the second by rich: the class goes on unseen."""
_MOST_ROWS = 24


@dataclass
class _Run:
    """One submission that is being graded."""

    expected_s: float
    began_s: float
    epoch: int = 0
    elapsed_s: float = 0.0
    training: float | None = None
    validation: float | None = None
    state: str = "starting"


class LiveClass:
    """Shows the grading of a class; a context manager around all of it."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.runs: dict[str, _Run] = {}
        self.epochs = self.total = self.slots = 0
        self.passed = self.below = self.review = self.left = 0
        self.waiting_s: dict[str, float] = {}
        self.expected_s = self.took_s = 0.0
        self.began_s = self._drawn_s = time.monotonic()
        self.bar = Progress(
            TextColumn("{task.description}"), BarColumn(bar_width=32), MofNCompleteColumn()
        )
        self.task = self.bar.add_task("submissions", total=0)
        self.live = Live(console=console, auto_refresh=False, transient=True)

    def __enter__(self) -> "LiveClass":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with contextlib.suppress(Exception, SystemExit):  # a terminal that is gone costs no class
            self.live.stop()

    @property
    def done(self) -> int:
        """How many have come to an end."""
        return self.passed + self.below + self.review + self.left

    def planned(self, roll: "Roll", plan: "Plan", setup: "Setup", epochs: int) -> None:
        """Say what is left to do."""
        self.epochs, self.total = epochs, len(plan.works)
        self.waiting_s = {work.student: work.expected_s for work in plan.works}
        self.began_s = time.monotonic()
        level = setup.chosen.isolation
        if setup.data.profile == "practice":
            self._say("Practice data: these are not grades.", style="bold yellow")
        known = f", {plan.kept} are graded already" if plan.kept else ""
        self._say(
            f"{len(roll.entries)} submissions ({roll.layout}){known}; isolation level "
            f"{level.level} ({level.backend})"
        )
        unmatched = sum(entry.unmatched for entry in roll.entries)
        absent = len(roll.absent)
        if unmatched or absent:
            self._say(f"{unmatched} are not on the roster, {absent} of it handed nothing in")
        self.bar.update(self.task, total=self.total)
        if self.console.is_terminal and self.total:
            with contextlib.suppress(*_GONE):
                self.live.start()

    def rejudged(self, old: "Grade | None", new: "Grade") -> None:
        """Say whose grade is another by the rubric as it is now, and why."""
        from grader.cli.regrade import changes

        for line in changes(old, new):
            self._say(line)

    def begun(self, work: "Work") -> None:
        """Show that its turn has come."""
        self.waiting_s.pop(work.student, None)
        self.runs[work.student] = _Run(work.expected_s, time.monotonic())

    def heard(self, student: str, line: "ProgressLine") -> None:
        """Take in one step of a run."""
        run = self.runs[student]
        if line.cells is not None:
            if run.epoch == 0:
                run.state = f"cell {line.cell} of {line.cells}"
            return
        if line.training and line.epoch is not None:
            run.epoch, run.elapsed_s, run.training = line.epoch, line.elapsed_s, line.accuracy
            run.state = f"epoch {line.epoch} of {max(self.epochs, line.epoch)}"
        elif not line.training:
            run.validation = line.accuracy

    def again(self, student: str, attempt: int) -> None:
        """Show that it is run once more."""
        run = self.runs[student]
        run.epoch, run.training, run.validation = 0, None, None
        run.began_s, run.state = time.monotonic(), f"attempt {attempt + 1}"

    def graded(self, student: str, grade: "Grade") -> None:
        """Count it, and say so where there is no table."""
        from grader.reports.headline import headline

        if grade.needs_review:
            self.review += 1
        elif grade.passed:
            self.passed += 1
        else:
            self.below += 1
        run = self.runs.get(student)
        if run is not None and grade.passed:  # what fails early says nothing of the others
            self.expected_s += run.expected_s
            self.took_s += time.monotonic() - run.began_s
        self._ended(student, f"{headline(grade)} ({grade.run.wall_s:.0f} s)")

    def not_graded(self, student: str, reason: str) -> None:
        """Count it, and say why."""
        self.left += 1
        self._ended(student, f"not graded: {reason}")

    def put_off(self, student: str) -> None:
        """Say that it is tried again."""
        run = self.runs.pop(student, None)
        self.waiting_s[student] = run.expected_s if run else 0.0
        self._say(f"{student}: will be tried again, alone, after the others")

    def noted(self, sentence: str) -> None:
        """Say what concerns no one submission."""
        self._say(f"note: {sentence}")

    def _ended(self, student: str, said: str) -> None:
        self.runs.pop(student, None)
        self._say(f"{self.done}/{self.total} {student}: {said}{self._left_words()}")

    def _say(self, line: str, style: str | None = None) -> None:
        with contextlib.suppress(*_GONE):
            self.console.print(plain(line), style=style, soft_wrap=True)

    def look(self, slots: int) -> None:
        """Draw the table again, now and then."""
        self.slots = slots
        now_s = time.monotonic()
        if self.live.is_started and now_s - self._drawn_s >= _DRAWN_S:
            self._drawn_s = now_s
            with contextlib.suppress(*_GONE):
                self.live.update(self._drawing(now_s), refresh=True)

    def left_s(self) -> float:
        """How long the rest may take: all that is left, shared by the slots."""
        now_s = time.monotonic()
        running = [
            max(0.0, self._whole_s(run) - (now_s - run.began_s)) for run in self.runs.values()
        ]
        pace = self.took_s / self.expected_s if self.expected_s else 1.0
        shared = (sum(running) + pace * sum(self.waiting_s.values())) / max(1, self.slots)
        return max([shared, *running])

    def _whole_s(self, run: _Run) -> float:
        """How long a run takes in all, by its own epochs where it has trained some."""
        if run.epoch == 0:
            return run.expected_s
        return run.elapsed_s * max(self.epochs, run.epoch) / run.epoch

    def _left_words(self) -> str:
        rest = self.total - self.done
        if not rest or not self.slots:
            return ""
        left_s = self.left_s()
        about = f", about {clock(left_s)}" if left_s >= 1 else ""  # else all take longer than known
        return f"; {rest} to go{about}"

    def _drawing(self, now_s: float) -> Group:
        self.bar.update(self.task, completed=self.done)
        hours = (now_s - self.began_s) / 3600
        rate = f"{self.done / hours:.0f} an hour" if self.done and hours > 0 else "no result yet"
        counts = (
            f"{self.passed} passed, {self.below} below the pass mark, {self.review} to review, "
            f"{self.left} not graded; {rate}, about {clock(self.left_s())} left"
        )
        table = Table(box=None, pad_edge=False)
        for name in ("running", "state", "training", "validation", "time"):
            table.add_column(name, no_wrap=True)
        for student, run in list(self.runs.items())[:_MOST_ROWS]:
            table.add_row(
                Text(plain(student)),
                run.state,
                "" if run.training is None else percent(run.training),
                "" if run.validation is None else percent(run.validation),
                clock(now_s - run.began_s),
            )
        more = len(self.runs) - _MOST_ROWS
        rest = [Text(f"and {more} more")] if more > 0 else []
        return Group(self.bar, Text(counts), table, *rest)
