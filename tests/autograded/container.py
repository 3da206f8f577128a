"""A folder laid out like the container of a submission, made of a real archive."""

import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

from grader.autograded.archive import Content, archive
from grader.autograded.place import HOME
from grader.autograded.settings import NAME, Settings
from grader.course import find_course

ROOT = Path(__file__).parent.parent.parent
TINY_BASELINES = ROOT / "tests" / "submissions" / "baselines"
METADATA = {"id": 77, "users": [{"id": 4711, "name": "Ada", "email": "ada@example.org"}]}


def content(**changes: Any) -> Content:
    """What the archive of lab 1 is made of."""
    wanted = {"schema": 1, "assignment": "lab1", "python": "3.11", "data": "practice", **changes}
    return Content(Settings.model_validate(wanted), find_course(ROOT))


def zipped(made: Content) -> zipfile.ZipFile:
    """The archive, opened."""
    return zipfile.ZipFile(io.BytesIO(archive(made)))


class Container:
    """The folder ``/autograder`` and, beside it, what ``setup.sh`` would have made."""

    def __init__(self, folder: Path) -> None:
        self.root, self.home = folder / "autograder", folder / "home"
        source = self.root / "source"
        with zipped(content(practice_size="tiny")) as archived:
            for one in archived.infolist():
                path = Path(archived.extract(one, source))
                path.chmod(one.external_attr >> 16)
        shutil.copytree(TINY_BASELINES, source / "course/rubrics/baselines", dirs_exist_ok=True)
        (self.root / "submission").mkdir()
        (self.root / "submission_metadata.json").write_text(json.dumps(METADATA))
        python = self.home / "venv" / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        python.chmod(0o755)

    @property
    def results(self) -> Path:
        """Where the platform reads."""
        return self.root / "results" / "results.json"

    def hand_in(self, name: str, text: str) -> None:
        """Put a file where uploads go."""
        (self.root / "submission" / name).write_text(text)

    def change(self, **settings: Any) -> None:
        """Change what the archive says of itself."""
        path = self.root / "source" / NAME
        path.write_text(json.dumps(json.loads(path.read_text()) | settings, indent=1))

    def document(self) -> dict[str, Any]:
        """What the platform would read."""
        found: dict[str, Any] = json.loads(self.results.read_text())
        return found

    def run(self) -> subprocess.CompletedProcess[str]:
        """What the platform does, but that it has the folder at its real place."""
        environment = {**os.environ, "LAB_GRADER_AUTOGRADER": str(self.root), HOME: str(self.home)}
        return subprocess.run(
            [str(self.root / "source" / "run_autograder")],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
