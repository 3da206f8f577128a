"""On a small machine nothing is measured beside a run, and none is begun that has no time left."""

import time
from dataclasses import dataclass, field

import pytest
from fakes import Actors, Graded

from grader.model.run import ProcessEnd
from grader.pipeline import path
from grader.sandbox.interface import Job, Watch


@dataclass
class Counting(Actors):
    """Counts the jobs that were started before a run was over, and keeps how long each may take."""

    beside: list[int] = field(default_factory=list)

    def run(self, job: Job, watch: Watch | None = None) -> ProcessEnd:
        end = super().run(job, watch)
        if "submission" in job.inputs:
            time.sleep(0.3)  # the other one is started by a thread
            self.beside.append(len(self.jobs) - 1)
        return end

    @property
    def limits_s(self) -> list[float]:
        return [job.limits.wall_s for job in self.jobs if "submission" in job.inputs]


@pytest.mark.parametrize(("one_at_a_time", "beside"), [(False, 1), (True, 0)])
def test_the_measuring_process_waits_where_it_should(
    graded: Graded, one_at_a_time: bool, beside: int
) -> None:
    actors = Counting()
    _, grade = graded(actors, one_at_a_time=one_at_a_time)
    assert actors.beside == [beside]
    assert grade.measurements.valid_accuracy == 1.0


def test_another_run_is_begun_only_where_it_would_end_in_time(
    graded: Graded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(path, "another_may_tell", lambda runs, most, _: len(runs) <= most)
    unhurried, hurried = Counting(), Counting()
    graded(unhurried)
    assert unhurried.limits_s == [1200, 1200, 1200]
    _, grade = graded(hurried, until_s=time.monotonic() + 0.1)
    assert hurried.limits_s == [1200]
    assert len(grade.attempts) == 1


def test_another_run_has_only_the_time_that_is_left(
    graded: Graded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(path, "another_may_tell", lambda runs, most, _: len(runs) <= 1)
    actors = Counting()
    graded(actors, until_s=time.monotonic() + 100)
    first, second = actors.limits_s
    assert first == 1200
    assert 50 < second < 100
