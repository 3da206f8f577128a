"""How a submission's files and the data are laid out for its run."""

from pathlib import Path

import pytest
from data_files import write_mnist
from fakes import TRAIN, VALID, Actors, use

from grader.discovery import find_submission
from grader.model.run import Outcome, ProcessEnd
from grader.model.source import SourceLook
from grader.pipeline import Request, prepare
from grader.pipeline.execute import execute
from grader.sandbox.interface import Job

IMAGES = "MNIST/raw/train-images-idx3-ubyte"


class Seen:
    """A student's process that only notes which files it was given."""

    def __call__(self, job: Job) -> ProcessEnd:
        self.data, self.submission = job.inputs["data"], sorted(_files(job.inputs["submission"]))
        self.found = _files(self.data)
        return ProcessEnd(outcome=Outcome.OK, exit_code=0)


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *names: str, data: Path | None = None
) -> Seen:
    monkeypatch.setenv("GRADER_CACHE_HOME", str(tmp_path / "cache"))
    for name in names:
        (tmp_path / "ada" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "ada" / name).write_text("x = 1\n")
    seen = Seen()
    use(monkeypatch, Actors(student=seen))
    data = data or write_mnist(tmp_path / "mine", TRAIN, VALID)
    setup = prepare(Request("lab1", data=data, device="cpu"))
    (tmp_path / "scratch").mkdir()
    execute(find_submission(tmp_path / "ada"), SourceLook(), setup, tmp_path / "scratch", None)
    return seen


def test_a_package_called_data_lies_where_the_data_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = given(tmp_path, monkeypatch, "lab.py", "data/loader.py", "data/sets/mnist.py")
    assert {"loader.py", "sets/mnist.py", IMAGES} <= seen.found
    assert seen.submission == ["lab.py"]
    assert not (tmp_path / "mine" / "loader.py").exists()


def test_without_one_the_data_is_what_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = given(tmp_path, monkeypatch, "lab.py", "notes/utils.txt")
    assert (seen.data, seen.submission) == (tmp_path / "mine", ["lab.py", "notes/utils.txt"])


def test_nothing_of_the_data_is_replaced_by_what_is_handed_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = tmp_path / "mine"
    write_mnist(mine, TRAIN, VALID)
    before = (mine / IMAGES).read_bytes()
    for place in (mine, *(path for path in mine.rglob("*") if path.is_dir())):
        place.chmod(0o555)
    seen = given(tmp_path, monkeypatch, "lab.py", f"data/{IMAGES}/x.py", "data/own.py", data=mine)
    assert {"own.py", IMAGES} <= seen.found
    assert (mine / IMAGES).read_bytes() == before
