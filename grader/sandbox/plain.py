"""Level 0: a plain process with a clean environment, limits watched from outside, a tree kill.

It isolates nothing and says so. It exists for a student checking their own work on a machine
where no real sandbox is available.
"""

import secrets
import tempfile
from pathlib import Path

from grader.model.run import ProcessEnd
from grader.sandbox import layout, outbox
from grader.sandbox.interface import Job, Watch
from grader.sandbox.processes import Start
from grader.sandbox.supervise import supervise
from grader.sandbox.warm.request import Request
from grader.sandbox.warm.templates import Templates, as_copy

_MARK = "LAB_GRADER_RUN"


class Plain:
    """Runs jobs as ordinary child processes."""

    name = "plain"
    level = 0
    shared_memory = True
    gpus = True

    def __init__(self, templates: Templates | None = None) -> None:
        self.templates = templates

    def missing(self) -> str | None:
        """Nothing is needed."""
        return None

    def holes(self) -> tuple[str, ...]:
        """Name what a plain process can do."""
        return (
            "reads and writes every file of this user, inputs and hidden folders included",
            "has the network",
            "sees and can signal this user's other processes",
            "a process that leaves the tree and clears its environment outlives the run",
            "the number of processes and of CPU threads is not limited",
            "disk use outside the outbox is not limited",
        )

    def run(self, job: Job, watch: Watch | None = None) -> ProcessEnd:
        """Run ``job`` in a temporary copy of the layout, with links to its inputs."""
        folder = Path(tempfile.mkdtemp(prefix="lab-grader-")).resolve()
        job.outbox.mkdir(parents=True, exist_ok=True)
        before = job.outbox.stat()
        try:
            root, temporary = layout.linked(job.inputs, job.outbox, folder)
            mark = secrets.token_hex(16)
            environment = layout.environment(job, root, temporary) | {_MARK: mark}
            start = Start(
                argv=layout.command(job, root),
                environment=environment,
                cwd=root / "work",
                mark=f"{_MARK}={mark}",
                gpu=layout.gpu_share(job),
            )
            request = Request("unconfined", start.argv, environment, str(start.cwd))

            def run(start: Start) -> ProcessEnd:
                return supervise(start, job.limits, job.outbox, watch)

            return as_copy(self.templates, request, start, run) or run(start)
        finally:
            outbox.remove(folder)
            outbox.tidy(job.outbox, before)
