"""The hooks of a session that grades."""

import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from grader.course import find_course
from grader.pytest_plugin import OPTIONS
from grader.pytest_plugin.items import Criterion, Wanted, submission, titles
from grader.pytest_plugin.outcomes import Outcomes
from grader.pytest_plugin.summary import summary
from grader.pytest_plugin.targets import targets

SHARED = "grader_shared"
"""Under this name workers of pytest-xdist are told of the folder they share."""


class Grading:
    """Collects criteria instead of functions, and says at the end what was graded.

    Raises CallerError for what the caller has to fix.
    """

    def __init__(self, config: pytest.Config) -> None:
        options = {name: config.getoption(f"grade_{name}") for name, _ in OPTIONS}
        course, rubric = (
            Path(options[one]) if options[one] else None for one in ("course", "rubric")
        )
        assignment = config.getoption("grade")
        found = find_course(course)
        self.title = found.assignment(assignment).title
        self.practice = bool(options["practice"])
        self.main: str | None = options["main"]
        self.titles = titles(found.rubric(assignment, rubric))
        self.targets = targets(config, self.titles)
        config.args = [str(place) for place in self.targets]
        options["timeout_s"] = options.pop("timeout")
        told = getattr(config, "workerinput", {}).get(SHARED)
        self.own = told is None or not Path(told).is_dir()  # a worker may be on another machine
        shared = (
            Path(tempfile.mkdtemp(prefix="lab-grader-pytest-")) if self.own else Path(str(told))
        )
        self.outcomes = Outcomes(shared, assignment, options)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker of pytest-xdist where outcomes are kept."""
        node.workerinput[SHARED] = str(self.outcomes.folder)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collect_directory(
        self, path: Path, parent: pytest.Collector
    ) -> pytest.Collector | None:
        """A folder is a submission or on the way to one; no package, whose start would be run."""
        return self._submission(path, parent) or pytest.Dir.from_parent(parent, path=path)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collect_file(
        self, file_path: Path, parent: pytest.Collector
    ) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
        """Nobody else collects anything."""
        yield
        found = self._submission(file_path, parent)
        return [found] if found is not None else []

    def _submission(self, path: Path, parent: pytest.Collector) -> pytest.Collector | None:
        if path not in self.targets:
            return None
        wanted = self.targets[path]
        chosen = {name: title for name, title in self.titles.items() if name in wanted}
        return submission(parent, path, Wanted(chosen, self.outcomes.of, self.main))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """What is only told belongs to the submission, not to a line of ours."""
        report = yield
        if isinstance(item, Criterion) and report.skipped and isinstance(report.longrepr, tuple):
            report.longrepr = (str(item.path), 1, report.longrepr[2])
        return report

    def pytest_report_header(self) -> str:
        """Say what is graded."""
        return f"grader: {self.title}" + (" (practice data: not your grade)" * self.practice)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say how each submission stands, and what a person has to look at."""
        known = [(place, self.outcomes.known(place)) for place in self.targets]
        summary(terminalreporter, [(place, one.grade) for place, one in known if one and one.grade])

    def pytest_unconfigure(self) -> None:
        """Leave nothing behind."""
        if self.own:
            shutil.rmtree(self.outcomes.folder, ignore_errors=True)
