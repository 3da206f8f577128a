"""What one machine of a cluster does, whatever the cluster is: say what it is, and grade.

Theory of operation. A place grades one submission at a time, in a process of its own, by the engine
of a single machine. That process ends what it runs as soon as whoever told it is gone, so nothing
of a place that is killed goes on. What travelled here (submission, course) lies in a temporary
folder of the place and goes with it.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.batch.engines.interface import HOSTILE
from grader.batch.engines.local import Local
from grader.batch.memory import Memory
from grader.batch.parcel import Parcel, unpack, unpack_course
from grader.batch.work import Event, Heard, Lost, RunAgain, Work
from grader.errors import CallerError
from grader.pipeline import Request, Setup, prepare
from grader.pipeline.key import measuring_version
from grader.pipeline.setup import require_walls
from grader.sandbox.devices import devices_for

Files = Mapping[str, bytes]
PREFIX = "lab-grader-node-"
_PATH = "import json, sys; print(json.dumps(sys.path))"


@dataclass(frozen=True)
class Facts:
    """What a result made on a machine depends on, and how it would run submissions.

    ``gpu_mb`` is what the GPU that was shown to us has free; ``None`` where runs take the CPU.
    """

    level: int
    data: str
    measuring: str
    versions: Mapping[str, str]
    gpu_mb: float | None = None


def facts_of(setup: Setup, device: str = "cpu") -> Facts:
    """Say what ``setup`` amounts to; ``device`` is the one that was asked for."""
    gpus = devices_for(device, setup.device)
    return Facts(
        level=setup.chosen.isolation.level,
        data=setup.data.digest,
        measuring=measuring_version(),
        versions=setup.versions,
        gpu_mb=gpus[0].free_mb if gpus else None,
    )


def look(request: Request, course: Files) -> Facts | str:
    """Prepare as for a class, with the self-check of isolation; or say why that cannot be."""
    _import_as_installed()
    with tempfile.TemporaryDirectory(prefix=PREFIX) as folder:
        try:
            setup = prepare(unpack_course(course, request, Path(folder)))
            require_walls(setup.chosen, request.isolation, HOSTILE)
            return facts_of(setup, request.device)
        except CallerError as error:
            return str(error)


def difference(here: Facts, there: Facts) -> str | None:
    """Say why results made there are not those made ``here``; ``None`` where they are."""
    for name, version in here.versions.items():
        if there.versions.get(name) != version:
            found = there.versions.get(name, "missing")
            return f"it has {name} {found}, and here it is {version}: install the same"
    if there.measuring != here.measuring:
        return "its grader measures otherwise than the one here: install the same"
    if there.data != here.data:
        return "its data is other than the data here: import the same data on both"
    return None


class Place:
    """Grades one submission at a time on this machine; ``expected_mb`` is what a run may take."""

    def __init__(self, request: Request, course: Files, expected_mb: float) -> None:
        _import_as_installed()
        self._folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        request = unpack_course(course, request, self._folder / "course")
        self._local = Local(request, (request.device,), Memory(expected_mb))

    def ready(self) -> None:
        """Answer, once there is a place."""

    def grade(self, work: Work, parcel: Parcel, within_s: float) -> Sequence[Event]:
        """Begin to grade, and return what is heard first."""
        try:
            self._local.begin(unpack(work, parcel, self._submission()))
        except OSError as error:
            return [Lost(work.student, f"its files cannot be written there ({error.strerror})")]
        return self.events(within_s)

    def events(self, within_s: float) -> Sequence[Event]:
        """Return what is heard, at the latest after ``within_s``. Raises Fault as engines do."""
        found = self._local.events(within_s)
        if any(not isinstance(event, Heard | RunAgain) for event in found):
            self._submission()
        return found

    def _submission(self) -> Path:
        """The folder of the submission, emptied."""
        folder = self._folder / "submission"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder

    def stop(self) -> None:
        """End what runs, and leave nothing behind."""
        self._local.__exit__(None, None, None)
        shutil.rmtree(self._folder, ignore_errors=True)


def _import_as_installed() -> None:
    """Import only from where this interpreter does by itself.

    Who started this process may have put other folders first, as Ray does with the folder in which
    the command was given: there may be submissions in it.
    """
    asked = subprocess.run(
        [sys.executable, "-P", "-c", _PATH], capture_output=True, check=True, cwd="/"
    )
    sys.path[:] = json.loads(asked.stdout)
