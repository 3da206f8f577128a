"""A disk of ours that is really full, at each place where something is written."""

import functools
import os
import subprocess
import sys
from pathlib import Path

import pytest
from kept import RESULTS, Check, assert_fault, assert_said, grade_in
from processes import end_of, started

MOUNT = 'mount -t tmpfs -o "size=$1" none "$2" && shift 2 && exec "$@"'
TRAINS = """
import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets
from torchvision.transforms import ToTensor

data = datasets.MNIST("data", train=True, transform=ToTensor())
valid = datasets.MNIST("data", train=False, transform=ToTensor())
model = nn.Sequential(nn.Flatten(), nn.Linear(784, 16), nn.ReLU(), nn.Linear(16, 10))
optimizer = torch.optim.SGD(model.parameters())
for epoch in range(3):
    for x, y in DataLoader(data, batch_size=20):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()
    with torch.no_grad():
        for x, y in DataLoader(valid, batch_size=20):
            model(x)
    if epoch == 1:  # as if somebody else had
        try:
            open("../../../full", "wb").write(b"0" * 200_000_000)
        except OSError:
            pass
"""


@functools.cache
def can_mount() -> bool:
    """Whether a small disk can be made here that nobody else sees."""
    if sys.platform != "linux":
        return False
    command = ["unshare", "--mount", "--map-root-user", "sh", "-c", MOUNT]
    done = subprocess.run([*command, "sh", "1m", "/mnt", "true"], check=False, capture_output=True)
    return done.returncode == 0


pytestmark = pytest.mark.skipif(not can_mount(), reason="needs the right to mount a small disk")


def small(size: str, place: Path) -> tuple[str, ...]:
    """What lets a command see a disk of that size at ``place``."""
    place.mkdir(parents=True, exist_ok=True)
    shell = ("unshare", "--mount", "--map-root-user", "sh", "-c", MOUNT, "sh")
    return (*shell, size, str(place))


def test_a_program_without_the_room_it_was_promised_is_not_to_blame(
    grader: Check, here: Path
) -> None:
    (here / "lab.py").write_text("open('model.bin', 'wb').write(b'0' * 100_000_000)\n")
    ended = end_of(started("running", here / "ready", *small("20m", here / "TMPDIR")))
    grade = assert_fault(ended, "No space left on the grader's own disk", "Make room")
    assert (grade["score"], grade["run"]["outcome"]) == (None, "fault")
    assert "1 graded again" in grader("regrade", RESULTS).out


def test_a_program_that_had_the_room_it_was_promised_is(here: Path) -> None:
    (here / "lab.py").write_text("raise OSError(28, 'No space left on device')\n")
    ended = end_of(started("running", here / "ready"))
    assert (ended.code, grade_in(RESULTS / "lab")["run"]["outcome"]) == (1, "error"), ended


@pytest.mark.training
def test_a_record_that_is_cut_short_by_our_disk_goes_to_a_person(here: Path) -> None:
    (here / "lab.py").write_text(TRAINS)
    ended = end_of(started("running", here / "ready", *small("20m", here / "TMPDIR")))
    assert_said(ended, "No space left on the grader's own disk")
    grade = grade_in(RESULTS / "lab")
    assert grade["provisional"]
    assert grade["needs_review"]


def test_results_on_a_full_disk_are_kept_elsewhere(grader: Check, here: Path) -> None:
    ended = end_of(started("nowhere", here / "ready", *small("40k", here / RESULTS)))
    assert_said(ended, "No space left on device", "nothing is lost", "Make room", "--out")
    place = Path(ended.said.partition("is kept in ")[2].partition(". Make room")[0])
    assert place.is_relative_to(here / "TMPDIR")
    assert grade_in(place)["score"] > 0
    assert "1 graded again" in grader("regrade", place).out


def test_where_no_temporary_file_can_be_made_one_sentence_says_so(here: Path) -> None:
    ended = end_of(started("running", here / "ready", *small("4k", here / "TMPDIR")))
    assert_fault(ended, "Make room")
    assert os.listdir(here / RESULTS) == ["lab"]
