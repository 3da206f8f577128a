"""What a platform's runner says of itself: where the repository lies, and what it reads of it."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PREFIX = "grader-ci-"


@dataclass(frozen=True)
class Runner:
    """A runner of GitHub, of GitLab, or of neither.

    ``root`` is the repository, from which platforms name files. ``summary`` and ``output`` are the
    files that a step adds to. ``temporary`` is where a job may leave what lies outside the
    repository.
    """

    root: Path
    annotates: bool = False
    summary: Path | None = None
    output: Path | None = None
    temporary: Path | None = None

    def results(self, assignment: str) -> Path:
        """Return where the results of a job go: never into what students write."""
        if self.temporary is not None:
            return self.temporary / "grader" / Path(assignment).name
        return Path(tempfile.mkdtemp(prefix=PREFIX))


def runner_of(environment: Mapping[str, str]) -> Runner:
    """Return the runner that these variables describe."""

    def path(name: str) -> Path | None:
        return Path(environment[name]) if environment.get(name) else None

    return Runner(
        root=path("GITHUB_WORKSPACE") or path("CI_PROJECT_DIR") or Path.cwd(),
        annotates=environment.get("GITHUB_ACTIONS") == "true",
        summary=path("GITHUB_STEP_SUMMARY"),
        output=path("GITHUB_OUTPUT"),
        temporary=path("RUNNER_TEMP"),
    )
