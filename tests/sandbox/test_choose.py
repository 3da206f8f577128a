"""Choosing a backend, and refusing to pretend."""

import sys

import pytest

from grader.errors import IsolationError
from grader.model.run import Outcome, ProcessEnd
from grader.sandbox import choose, selfcheck


class Broken:
    name, level = "broken", 3
    shared_memory = gpus = True

    def missing(self):
        return "It is not installed; install 'it'."

    def holes(self):
        return ()

    def run(self, job, watch=None):
        return ProcessEnd(outcome=Outcome.FAULT, detail="The sandbox did not start: no.")


class Open(Broken):
    """Claims level 3 and keeps nothing in."""

    name = "open"

    def missing(self):
        return None

    def run(self, job, watch=None):
        job.outbox.joinpath("canary.json").write_text('["runs as root"]')
        return ProcessEnd(outcome=Outcome.OK)


class Fine(Open):
    name, level = "fine", 0

    def run(self, job, watch=None):
        job.outbox.joinpath("canary.json").write_text("[]")
        job.outbox.joinpath("honest.json").write_text("{}")
        return ProcessEnd(outcome=Outcome.OK)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setattr(selfcheck, "_cache_file", lambda: tmp_path / "cache" / "selfcheck.json")
    return tmp_path / "cache" / "selfcheck.json"


def offer(monkeypatch, *backends):
    monkeypatch.setattr(choose, "BACKENDS", backends)


def test_takes_the_strongest_that_works(monkeypatch):
    offer(monkeypatch, Broken(), Open(), Fine())
    chosen = choose.choose()
    assert (chosen.backend.name, chosen.isolation.level) == ("fine", 0)


def test_a_demand_is_never_met_with_less(monkeypatch):
    offer(monkeypatch, Broken(), Open(), Fine())
    with pytest.raises(IsolationError, match=r"install 'it'.*runs as root"):
        choose.choose(2)


def test_an_unknown_level_is_refused(monkeypatch):
    offer(monkeypatch, Fine())
    with pytest.raises(IsolationError, match="highest is 0"):
        choose.choose(7)


def test_a_pass_is_remembered_and_a_failure_is_not(monkeypatch, cache):
    runs = []
    backend = Fine()
    monkeypatch.setattr(backend, "run", lambda job: runs.append(job) or Fine.run(backend, job))
    assert selfcheck.failure(backend) is None
    assert selfcheck.failure(backend) is None
    assert len(runs) == 2
    assert selfcheck.failure(backend, fresh=True) is None
    assert len(runs) == 4
    assert selfcheck.failure(Open()) is not None
    assert "open" not in cache.read_text()


def test_a_pass_counts_under_every_name_of_the_interpreter(monkeypatch, cache, tmp_path):
    assert selfcheck.failure(Fine()) is None
    (tmp_path / "python-by-another-name").symlink_to(sys.executable)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python-by-another-name"))
    monkeypatch.setattr(Fine, "run", None)  # nothing is run again
    assert selfcheck.failure(Fine()) is None


def test_a_damaged_cache_is_ignored(cache):
    cache.parent.mkdir()
    cache.write_text("[")
    assert selfcheck.failure(Fine()) is None


def test_doctor_sees_every_backend_with_its_reason(monkeypatch):
    offer(monkeypatch, Broken(), Fine())
    broken, fine = choose.inspect_all()
    assert (broken.ok, broken.reason) == (False, "It is not installed; install 'it'.")
    assert (fine.ok, fine.reason) == (True, "")


def test_every_real_backend_names_its_holes():
    assert all(backend.holes() for backend in choose.BACKENDS)
    levels = [backend.level for backend in choose.BACKENDS]
    assert levels == sorted(levels, reverse=True)
