"""The nodes of pytest: a submission, and each criterion of its rubric as a test."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import pytest

from grader.discovery import open_submission
from grader.errors import SubmissionError
from grader.exports import shown
from grader.exports.shown import NOT_SHOWN, Line, lines
from grader.inert import plain
from grader.model.rubric import Rubric, Visibility
from grader.pytest_plugin.outcomes import Outcome
from grader.pytest_plugin.remedies import remedy

Ask = Callable[[Path], Outcome]
"""Has a submission graded, or says what came of it."""


@dataclass(frozen=True)
class Wanted:
    """The titles of the tests that are wanted of a submission, by name, and who is asked.

    ``main`` is the file of a folder to run.
    """

    titles: Mapping[str, str]
    ask: Ask
    main: str | None = None


def titles(rubric: Rubric) -> dict[str, str]:
    """Return the tests that a rubric makes, by name; what students may not see is one of them."""
    seen = [one for one in rubric.criteria if one.visibility is Visibility.VISIBLE]
    named = {one.id: plain(one.title) for one in seen}
    return named if len(seen) == len(rubric.criteria) else named | {NOT_SHOWN: "What is not shown"}


class Criterion(pytest.Item):
    """One criterion: its failure is the student's reason and next step."""

    def __init__(self, *, title: str, ask: Ask, **known: Any) -> None:
        super().__init__(**known)
        self.title = title
        self.ask = ask
        self.line: Line | None = None

    def setup(self) -> None:
        """Have the submission graded; what the student cannot help is an error, not a failure."""
        outcome = self.ask(self.path)
        if outcome.grade is None:
            _fail(outcome.why)
        found = {one.id: one for one in lines(outcome.grade)}
        self.line = found.get(self.name)
        if self.line is None:
            _fail("the rubric was changed meanwhile: run pytest again")
        for name in ("points", "earned"):
            self.user_properties.append((name, getattr(self.line, name)))
        self.user_properties.append(("verdict", str(self.line.verdict)))
        if self.line.outcome is shown.Outcome.FAULT:
            _fail(f"{_text(self.line)}\nThis costs no points: a person looks at it.")

    def runtest(self) -> None:
        """Fail where points are missing; a criterion without points is only told."""
        assert self.line is not None  # noqa: S101 - of no test whose setup fails this is called
        if self.line.outcome is shown.Outcome.MET:
            return
        if self.line.outcome is shown.Outcome.SKIPPED:
            pytest.skip(f"not scored: {' '.join(_text(self.line).split())}")
        _fail(f"{self.line.earned:g} of {self.line.points:g} points: {_text(self.line)}")

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where it is about, and what it is called in a list of failures."""
        return self.path, 0, f"{self.name}: {self.title}"


def _fail(text: str) -> NoReturn:
    pytest.fail(text, pytrace=False)


def _text(line: Line) -> str:
    """What is said of a criterion; no line of it can be an order to a terminal or to CI."""
    return "\n".join(plain(one) for one in line.text.splitlines())


class _Submission(pytest.Collector):
    """What a submission is collected as. Nothing of it is imported."""

    wanted: Wanted

    def collect(self) -> Iterable[pytest.Item]:
        """Yield a test for each criterion that is wanted."""
        try:
            with open_submission(self.path, main=self.wanted.main):
                pass
        except SubmissionError as error:
            raise self.CollectError(remedy(error)) from None
        for name, title in self.wanted.titles.items():
            yield Criterion.from_parent(self, name=name, title=title, ask=self.wanted.ask)


class SubmissionFile(_Submission, pytest.File):
    """A script, a notebook or a zip."""


class SubmissionFolder(_Submission, pytest.Directory):
    """A folder."""


def submission(parent: pytest.Collector, path: Path, wanted: Wanted) -> _Submission:
    """Return the node of the submission at ``path``."""
    kind = SubmissionFolder if path.is_dir() else SubmissionFile
    node: _Submission = kind.from_parent(parent, path=path)
    node.wanted = wanted
    return node
