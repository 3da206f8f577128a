"""Runs small scripts in every backend that works here."""

import os
import tempfile
import textwrap
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
import table
import traps
from levels import made, started

from grader.model.run import Limits, ProcessEnd
from grader.sandbox.interface import Backend, Job, Watch
from grader.sandbox.warm.templates import Templates

Run = Callable[..., ProcessEnd]

FEW = {"processes": 64 if hasattr(os, "geteuid") and os.geteuid() == 0 else 512}
"""An ordinary user's jobs share one count below level 3: a test next to one that takes all it may
needs more than that."""


@pytest.fixture(scope="session")
def templates() -> Iterator[Templates]:
    """What copies of warm processes are made from; where there is none, a job is a fault."""
    with Templates(strict=True) as made:
        yield made


@pytest.fixture(params=started(0))
def backend(request: pytest.FixtureRequest, templates: Templates) -> Backend:
    return made(request.param, templates)


@pytest.fixture(params=started(2))
def walls(request: pytest.FixtureRequest, templates: Templates) -> Backend:
    """A backend that promises to keep a job inside."""
    return made(request.param, templates)


@pytest.fixture
def outbox(tmp_path: Path) -> Path:
    folder = tmp_path / "outbox"
    folder.mkdir()
    return folder


@pytest.fixture
def run(tmp_path: Path, outbox: Path) -> Run:
    """``run(backend, code)`` executes ``code``, which finds ``ROOT`` and ``OUT`` defined."""
    first = "import os, sys, time\nfrom pathlib import Path\nROOT = Path(sys.argv[-1])\n"

    def run(
        backend: Backend,
        code: str,
        *,
        inputs: Mapping[str, Path] | None = None,
        environment: Mapping[str, str] | None = None,
        hidden: tuple[Path, ...] = (),
        head: str = "",
        watch: Watch | None = None,
        **limits: float,
    ) -> ProcessEnd:
        script = tmp_path / "script"
        script.mkdir(exist_ok=True)
        source = first + head + "OUT = ROOT / 'outbox'\n" + textwrap.dedent(code)
        (script / "main.py").write_text(source)
        defaults = {"wall_s": 20, "memory_mb": 1024, "disk_mb": 64, "threads": 1} | FEW
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


@pytest.fixture
def trap() -> Iterator[traps.Trap]:
    """What an attack tries to reach.

    Not below pytest's own folder, which is closed to the user that a run of root's is: there the
    walls would never be tried.
    """
    with tempfile.TemporaryDirectory(prefix="trap-") as folder:
        Path(folder).chmod(0o755)
        with traps.trap(Path(folder, "trap")) as found:
            yield found


@pytest.fixture
def set_user_id(tmp_path: Path) -> None:
    """A program beside the job's script that would run as somebody else."""
    (tmp_path / "script").mkdir()
    traps.set_user_id_copy(tmp_path / "script" / "other")


CONFORMANCE = pytest.StashKey[dict[tuple[str, str], str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--conformance", type=Path, help="record how the attacks ended, as JSON")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "attack(name): a row of the conformance table")
    config.addinivalue_line("markers", "hole(phrase): shows what a level says of itself")
    config.stash[CONFORMANCE] = {}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the walls of copies to CI: ``make test`` looks at each wall once."""
    if config.getoption("--copies"):
        return
    config.hook.pytest_deselected(items=[item for item in items if _copied_again(item)])
    items[:] = [item for item in items if not _copied_again(item)]


def _copied_again(item: pytest.Item) -> bool:
    """Whether a test is one of copies that another also runs without."""
    params = item.callspec.params if hasattr(item, "callspec") else {}
    found = params.get("walls") or params.get("backend")
    if not isinstance(found, tuple) or "test_warm" in item.nodeid:
        return False
    backend, warm = found
    return bool(warm and backend.level > 0)


def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    """Remember how an attack ended, by its row and its backend."""
    marked = item.get_closest_marker("attack")
    names = [value for name, value in item.user_properties if name == "attack"]
    row = marked.args[0] if marked else (names or [None])[0]
    if call.when == "call" and row and isinstance(item, pytest.Function):
        backend, warm = item.callspec.params["walls"]
        ended = "contained" if call.excinfo is None else "**got out**"
        item.config.stash[CONFORMANCE][row, f"{backend.name}{', warm' * warm}"] = ended


def pytest_sessionfinish(session: pytest.Session) -> None:
    found = session.config.stash[CONFORMANCE]
    path = session.config.getoption("--conformance", None)
    if path and found:
        table.record(path, found)
