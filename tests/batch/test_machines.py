"""Where in a cluster there is room, and how much belongs to a run."""

from pathlib import Path

import pytest

from grader.batch.engines.machines import Machine, Patience, Slot, calls_of, least_busy
from grader.batch.engines.node import Facts
from grader.batch.memory import MEASURING_MB, Memory
from grader.batch.work import Work

EACH = 1000 + MEASURING_MB


def work(student="ada", *, alone=False):
    return Work(student, Path(f"{student}.py"), alone=alone)


def machine(cores=4, gpus=0, memory_mb=1e6, *, gpu_mb=None, workers=None):
    found = Machine("id", "the machine m", cores, gpus, Memory(1000, memory_mb))
    found.plan(Facts(3, "data", "code", {}, gpu_mb), workers)
    found.slots = [Slot(found, f"actor {n}", None, ready=True) for n in range(found.planned)]
    return found


def test_a_core_is_a_slot():
    assert machine(4).planned == 4
    assert machine(4, workers=2).planned == 2


def test_no_machine_holds_more_runs_than_its_memory():
    short = machine(8, memory_mb=2.5 * EACH)
    assert short.planned == 2
    assert short.memory_mb == EACH


def test_one_run_fits_however_small_the_memory():
    tiny = machine(8, memory_mb=800)
    assert (tiny.planned, tiny.memory_mb) == (1, 800)


def test_runs_that_turn_out_large_are_fewer_at_once():
    found = machine(4, memory_mb=4 * EACH)
    assert found.places == 4
    found.memory.observe(2 * EACH - MEASURING_MB)
    assert found.places == 2


@pytest.mark.parametrize(
    ("cores", "gpus", "free_mb", "workers", "planned", "share"),
    [
        (32, 1, 80_000, None, 16, 0.0625),
        (16, 2, 80_000, None, 16, 0.125),  # spread over both
        (32, 1, 8_000, None, 4, 0.25),
        (32, 2, 80_000, 3, 6, 0.3333),
        (1, 1, 80_000, None, 1, 1.0),
    ],
)
def test_runs_share_gpus_evenly(cores, gpus, free_mb, workers, planned, share):
    found = machine(cores, gpus, gpu_mb=free_mb, workers=workers)
    assert (found.planned, found.gpu_share) == (planned, share)
    assert found.gpu_share * found.sharing <= 1


def test_who_has_gpus_and_uses_none_takes_no_part_of_them():
    assert machine(4, gpus=1).gpu_share == 0


def test_alone_is_alone_on_its_machine():
    one, other = machine(2), machine(2)
    one.slots[0].work = work("bob")
    found = least_busy((one, other), work(alone=True))
    assert found is not None
    assert found.machine is other
    found.work = work(alone=True)
    assert other.free(work("eve")) is None
    assert one.free(work("eve")) is one.slots[1]


def test_the_machine_with_least_to_do_for_its_size_goes_first():
    small, large = machine(2), machine(8)
    small.slots[0].work = large.slots[0].work = work()
    found = least_busy((small, large), work("bob"))
    assert found is not None
    assert found.machine is large


def test_a_slot_that_has_not_answered_takes_no_work():
    found = machine(1)
    found.slots[0].ready = False
    assert least_busy([found], work()) is None


def test_who_waits_for_an_answer_is_known_by_it():
    one, other = machine(2), machine(1)
    one.slots[1].call, other.looking = "call", "look"
    assert calls_of((one, other)) == {"call": one.slots[1], "look": other}


def test_it_is_said_once_that_nobody_gets_a_slot():
    found, patience = machine(1), Patience(60)
    (slot,) = found.slots
    assert not patience.is_out([found], 0)
    slot.ready = False
    said = [patience.is_out([found], now_s) for now_s in (10, 60, 71, 80, 300)]
    assert said == [False, False, True, False, False]
    slot.ready = True
    assert not patience.is_out([found], 301)
    slot.ready = False
    assert [patience.is_out([found], now_s) for now_s in (302, 363)] == [False, True]
