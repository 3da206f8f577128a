"""What a run left is cut short: a person sees it, and the run is never taken for an empty one."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import Actors, train_honestly
from kept import Check, assert_clean, assert_fault, assert_regraded

from grader.model.run import ProcessEnd
from grader.sandbox.interface import Job, Watch
from grader.sandbox.plain import Plain

Spoil = Callable[[Path], object]


def halved(name: str) -> Spoil:
    """The first half of a file."""
    return lambda outbox: os.truncate(outbox / name, (outbox / name).stat().st_size // 2)


def without(name: str) -> Spoil:
    """The file was never written."""
    return lambda outbox: (outbox / name).unlink()


SPOILS: dict[str, tuple[Spoil, str]] = {
    "record cut short": (halved("trace.json"), "the record of the run is missing or damaged"),
    "record empty": (lambda box: os.truncate(box / "trace.json", 0), "is missing or damaged"),
    "record missing": (without("trace.json"), "the record of the run is missing or damaged"),
    "graph cut short": (halved("graph.json"), "graph.json is not JSON"),
    "graph missing": (without("graph.json"), "the trained model left no graph"),
    "samples cut short": (halved("samples.safetensors"), "samples.safetensors cannot be read"),
    "samples missing": (without("samples.safetensors"), "its inputs are not understood"),
}


def leaving(spoil: Spoil) -> Callable[[Job], ProcessEnd]:
    """A run that trains honestly and whose outbox is spoiled."""

    def student(job: Job) -> ProcessEnd:
        end = train_honestly(job)
        spoil(job.outbox)
        return end

    return student


@pytest.mark.parametrize("what", SPOILS)
def test_an_outbox_that_is_cut_short_never_costs_points(
    check: Check, grader: Check, here: Path, what: str
) -> None:
    spoil, words = SPOILS[what]
    grade = assert_fault(check(Actors(leaving(spoil))), "could not be measured", words)
    assert grade["score"] == 20  # for what can be judged all the same
    assert_clean(here)
    assert_regraded(grader)
    assert check(Actors()).code in (0, 1)


def unreadable(outbox: Path) -> None:
    """The progress became something that is no file."""
    (outbox / "progress.jsonl").unlink()
    (outbox / "progress.jsonl").mkdir()


@pytest.mark.parametrize("spoil", [unreadable, without("progress.jsonl"), halved("progress.jsonl")])
def test_progress_that_cannot_be_read_changes_no_grade(check: Check, spoil: Spoil) -> None:
    expected = check(Actors(), "--json")
    assert check(Actors(leaving(spoil)), "--json") == expected


class Measuring(Plain):
    """The submission is played; the process that measures is real."""

    def run(self, job: Job, watch: Watch | None = None) -> ProcessEnd:
        if "submission" in job.inputs:
            return leaving(halved("epoch-00005.safetensors"))(job)
        return super().run(job, watch)


def test_weights_that_are_cut_short_never_cost_points(check: Check, here: Path) -> None:
    grade = assert_fault(check(Measuring()), "could not be measured", "SafetensorError")
    assert grade["score"] == 20
    assert_clean(here)
