"""Runs small scripts in every backend that works here."""

import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from grader.model.run import Limits, ProcessEnd
from grader.sandbox import selfcheck
from grader.sandbox.choose import BACKENDS
from grader.sandbox.interface import Backend, Job, Watch

Run = Callable[..., ProcessEnd]


def usable(backend: Backend) -> Backend:
    """Skip the test, with the reason, where ``backend`` does not work."""
    reason = backend.missing() or selfcheck.failure(backend)
    if reason:
        pytest.skip(f"{backend.name}: {reason}")
    return backend


@pytest.fixture(params=BACKENDS, ids=lambda backend: backend.name)
def backend(request: pytest.FixtureRequest) -> Backend:
    return usable(request.param)


@pytest.fixture(
    params=[
        pytest.param(backend, id=backend.name, marks=pytest.mark.sandbox)
        for backend in BACKENDS
        if backend.level >= 2
    ]
)
def walls(request: pytest.FixtureRequest) -> Backend:
    """A backend that promises to keep a job inside."""
    return usable(request.param)


@pytest.fixture
def outbox(tmp_path: Path) -> Path:
    folder = tmp_path / "outbox"
    folder.mkdir()
    return folder


@pytest.fixture
def run(tmp_path: Path, outbox: Path) -> Run:
    """``run(backend, code)`` executes ``code``, which finds ``ROOT`` and ``OUT`` defined."""
    head = "import os, sys, time\nfrom pathlib import Path\nROOT = Path(sys.argv[-1])\n"

    def run(
        backend: Backend,
        code: str,
        *,
        inputs: Mapping[str, Path] | None = None,
        environment: Mapping[str, str] | None = None,
        hidden: tuple[Path, ...] = (),
        watch: Watch | None = None,
        **limits: float,
    ) -> ProcessEnd:
        script = tmp_path / "script"
        script.mkdir(exist_ok=True)
        source = head + "OUT = ROOT / 'outbox'\n" + textwrap.dedent(code)
        (script / "main.py").write_text(source)
        defaults = {"wall_s": 20, "memory_mb": 1024, "disk_mb": 64, "threads": 1, "processes": 64}
        job = Job(
            command=("script/main.py",),
            inputs={"script": script, **(inputs or {})},
            outbox=outbox,
            limits=Limits.model_validate(defaults | limits),
            environment=environment or {},
            hidden=hidden,
        )
        return backend.run(job, watch)

    return run
