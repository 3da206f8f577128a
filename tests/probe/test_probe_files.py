"""What is written where nothing can be written is kept, and found again."""

import os
import pathlib
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from settings import settings_of

from grader.probe.helps import written_files
from grader.probe.helps.notes import Notes

NOWHERE = "/proc/no/such/folder"
"""Nothing can be made here, not even by root."""


@pytest.fixture
def work(tmp_path: Path, said: Notes, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder, the help installed in it."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for owner, names in (
        (os, ("mkdir", "chdir", "rename", "replace", *written_files.LOOKING)),
        (written_files.builtins, ("open",)),
        (written_files.io, ("open",)),
        (torch, ("save",)),
    ):
        for name in names:
            monkeypatch.setattr(owner, name, getattr(owner, name))
    written_files.install(settings_of(tmp_path), said.add)
    return folder


def test_weights_saved_elsewhere_are_read_back(work: Path, said: Notes) -> None:
    path = f"{NOWHERE}/best.pt"
    assert not os.path.exists(path)
    torch.save({"a": torch.ones(2)}, path)
    torch.save({"a": torch.zeros(2)}, path)
    assert os.path.exists(path)
    assert Path(path).is_file()
    assert os.listdir(NOWHERE) == ["best.pt"]
    assert torch.equal(torch.load(path)["a"], torch.zeros(2))
    assert said.sorted() == [f"saved_here:{path}"]
    os.remove(path)
    assert not os.path.exists(path)


def test_a_text_and_folders_elsewhere_are_kept(work: Path, said: Notes) -> None:
    os.makedirs(f"{NOWHERE}/runs/1", exist_ok=True)
    os.makedirs(f"{NOWHERE}/runs/1", exist_ok=True)
    (pathlib.Path(NOWHERE) / "runs" / "2").mkdir(parents=True, exist_ok=True)
    assert sorted(os.listdir(f"{NOWHERE}/runs")) == ["1", "2"]
    with open(f"{NOWHERE}/runs/1/log.txt", "w") as file:
        file.write("one")
    with open(f"{NOWHERE}/runs/1/log.txt", "a") as file:
        file.write(" two")
    assert Path(f"{NOWHERE}/runs/1/log.txt").read_text() == "one two"
    assert said.sorted() == ["saved_here:/proc/no", f"saved_here:{NOWHERE}/runs/1/log.txt"]


@pytest.mark.parametrize(
    "save",
    [lambda thing, path: torch.save(thing, path), lambda text, path: Path(path).write_text(text)],
)
def test_a_missing_folder_beside_the_program_is_made(work: Path, said: Notes, save: Any) -> None:
    save("x", "checkpoints/deep/best.pt")
    assert (work / "checkpoints" / "deep" / "best.pt").is_file()
    assert said.sorted() == ["folder_made:checkpoints/deep"]


def test_the_folder_of_the_data_is_not_written_to(work: Path, said: Notes) -> None:
    torch.save("x", "data/models/best.pt")
    assert not os.access(work / "data", os.F_OK)
    assert torch.load("data/models/best.pt") == "x"
    assert said.sorted() == ["saved_here:data/models/best.pt"]


def test_a_folder_that_is_not_there_is_not_entered(work: Path, said: Notes) -> None:
    os.chdir(NOWHERE)
    assert Path.cwd() == work
    assert said.sorted() == [f"folder_missing:{NOWHERE}"]


def test_what_fails_for_another_reason_still_fails(work: Path, said: Notes) -> None:
    for call in (
        lambda: open("no.txt"),
        lambda: open(f"{NOWHERE}/no.txt"),
        lambda: open("no.txt", "r+"),
        lambda: open("", "w"),
        lambda: open(work, "w"),
        lambda: os.listdir("no"),
        lambda: os.mkdir("a/b"),
        lambda: torch.save(lambda: 0, "x.pt"),
        lambda: torch.save("x", ""),
    ):
        with pytest.raises((OSError, RuntimeError, AttributeError)):
            call()
    os.makedirs("a/b")
    assert said.sorted() == []


def test_a_file_is_finished_under_another_name(work: Path, said: Notes) -> None:
    torch.save({"a": torch.ones(2)}, f"{NOWHERE}/tmp.pt")
    os.replace(f"{NOWHERE}/tmp.pt", f"{NOWHERE}/best.pt")
    assert os.listdir(NOWHERE) == ["best.pt"]
    Path("own.txt").write_text("x")
    os.rename("own.txt", f"{NOWHERE}/own.txt")
    assert Path(f"{NOWHERE}/own.txt").read_text() == "x"
    with pytest.raises(FileNotFoundError):
        os.rename("nothing.txt", f"{NOWHERE}/x.txt")


def test_a_folder_made_elsewhere_can_be_entered(work: Path, said: Notes) -> None:
    os.makedirs(f"{NOWHERE}/run", exist_ok=True)
    os.chdir(f"{NOWHERE}/run")
    Path("best.txt").write_text("x")
    assert Path(f"{NOWHERE}/run/best.txt").read_text() == "x"
    assert not [note for note in said.sorted() if note.startswith("folder_missing")]


def test_what_the_library_knows_of_a_function_stays_known(work: Path) -> None:
    Path("a").write_text("x")
    os.symlink("a", "link")
    shutil.copy2("link", "copy", follow_symlinks=False)
    assert os.readlink("copy") == "a"
