"""How the image is built; what needs a network or a system of one's own is played."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from container import Container
from data_files import write_mnist

from grader.autograded.place import HOME

PYTHON3 = """#!/bin/sh
# python3 -m venv FOLDER, with a pip and a uv that only note what they were asked
mkdir -p "$3/bin"
cp "$(dirname "$0")/noting" "$3/bin/pip"
cp "$(dirname "$0")/noting" "$3/bin/uv"
"""
NOTING = """#!/bin/sh
echo "$(basename "$0") $*" >> "$NOTES"
for last; do :; done
if [ "$(basename "$0") $1" = "uv venv" ]; then
  mkdir -p "$last/bin"
  printf '#!/bin/sh\\nexec "%s" "$@"\\n' "$REAL" > "$last/bin/python"
  chmod 755 "$last/bin/python"
fi
exit "${FAILS:-0}"
"""


@pytest.fixture
def build(container: Container, tmp_path: Path):
    """Run ``setup.sh``; return it and what its tools were asked, a line each."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name, text in (("python3", PYTHON3), ("noting", NOTING), ("apt-get", NOTING)):
        (tools / name).write_text(text)
        (tools / name).chmod(0o755)

    def build(**more: str):
        environment = {
            **os.environ,
            "PATH": f"{tools}:/usr/bin:/bin",
            "NOTES": str(tmp_path / "notes"),
            "REAL": sys.executable,
            "LAB_GRADER_AUTOGRADER": str(container.root),
            HOME: str(container.home),
            **more,
        }
        script = str(container.root / "source" / "setup.sh")
        done = subprocess.run(
            [script], env=environment, capture_output=True, text=True, check=False
        )
        return done, (tmp_path / "notes").read_text().splitlines()

    return build


def test_an_image_is_built_with_the_versions_of_the_archive(container, build):
    container.change(python="3.12", data="own")
    write_mnist(container.root / "source" / "data")
    done, asked = build()
    assert done.returncode == 0, done.stderr
    source = container.root / "source"
    assert [line.split()[0] for line in asked] == ["apt-get", "apt-get", "pip", "uv", "uv"]
    assert asked[3] == f"uv venv --python 3.12 {container.home / 'venv'}"
    assert "--torch-backend cpu" in asked[4]
    assert f"--requirement {source}/requirements.txt" in asked[4]
    assert f"--constraint {source}/constraints.txt" in asked[4]
    assert "custom data" in done.stdout
    assert stat.S_IMODE(source.stat().st_mode) & 0o077 == 0
    read_by_all = stat.S_IMODE((container.home / "data/MNIST/raw").stat().st_mode)
    assert read_by_all & 0o005 == 0o005


def test_a_step_that_fails_ends_the_build(container, build):
    done, asked = build(FAILS="1")
    assert done.returncode != 0
    assert len(asked) == 1
    assert not (container.home / "cache").exists()


def test_a_course_that_cannot_grade_ends_the_build(container, build):
    (container.root / "source/course/rubrics/lab1.yaml").write_text("schema: 1\n")
    done, _ = build()
    assert done.returncode == 2
    assert "rubric" in done.stderr
