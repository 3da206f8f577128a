"""The command in a process of its own that says when it has come to a stage, and waits there.

    python drive.py STAGE READY ARGUMENT...

``READY`` is a file that appears then. At the stage ``nowhere`` it does not wait.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from fakes import Actors, train_honestly

from grader.model.run import ProcessEnd
from grader.pipeline import evaluator, path, setup
from grader.sandbox.choose import Chosen, isolation_of
from grader.sandbox.interface import Job, Watch
from grader.sandbox.plain import Plain


class Measuring(Plain):
    """The submission is played; the process that measures is real."""

    def run(self, job: Job, watch: Watch | None = None) -> ProcessEnd:
        return train_honestly(job) if "submission" in job.inputs else super().run(job, watch)


def waiting(ready: Path, usual: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, that comes to its end only after a minute."""

    def wait(*arguments: Any, **options: Any) -> Any:
        ready.touch()
        time.sleep(60)
        return usual(*arguments, **options)

    return wait


def slow_measuring(ready: Path) -> Path:
    """A measuring program that takes its time."""
    program = ready.with_name("evaluator")
    program.mkdir()
    text = f"import pathlib, time\npathlib.Path({str(ready)!r}).touch()\ntime.sleep(60)\n"
    (program / "start.py").write_text(text)
    return program


def plan(stage: str, ready: Path) -> None:
    """Let the command come to the stage and no further; a run waits by itself."""
    if stage == "preparing":
        setup.standard = waiting(ready, setup.standard)
    elif stage == "measuring":
        evaluator.PROGRAM = slow_measuring(ready)
    elif stage == "judging":
        path.judge = waiting(ready, path.judge)
    elif stage == "rendering":
        import grader.reports

        grader.reports.render_pages = waiting(ready, grader.reports.render_pages)
    elif stage == "writing":
        Path.write_bytes = _half(ready, Path.write_bytes)  # type: ignore[method-assign]


def _half(ready: Path, usual: Callable[..., int]) -> Callable[..., int]:
    """Wait after the first file of a result is there."""

    def write(path: Path, content: bytes) -> int:
        if path.name == "grade.json":
            ready.touch()
            time.sleep(60)
        return usual(path, content)

    return write


def main() -> None:
    """Run the command with what is left of the arguments."""
    stage, ready, *arguments = sys.argv[1:]
    backends = {"running": Plain(), "measuring": Measuring()}
    backend = backends.get(stage, Actors())
    setup.choose = lambda _: Chosen(backend, isolation_of(backend))
    plan(stage, Path(ready))
    sys.argv = ["grader", *arguments]
    from grader.cli.main import main as run

    run()


if __name__ == "__main__":
    main()
