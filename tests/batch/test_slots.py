"""How many submissions are graded at once, and where."""

from collections import Counter

import pytest

from grader.batch import slots as rooms
from grader.batch.slots import GPU_RUN_MB, PACKED, share_mb, slots
from grader.sandbox.gpus import Gpu


@pytest.fixture(autouse=True)
def cores(monkeypatch):
    """A machine with that many cores."""

    def arrange(count):
        monkeypatch.setattr(rooms, "cores", lambda: count)

    arrange(64)
    return arrange


def gpu(index=0, free_mb=80_000.0):
    return Gpu(index, f"GPU-{index}", "NVIDIA H100", 81_559.0, free_mb)


def test_without_a_gpu_every_core_is_a_slot(cores):
    cores(3)
    assert slots((), None) == ("cpu", "cpu", "cpu")


def test_who_says_how_many_gets_as_many(cores):
    cores(2)
    assert slots((), 5) == ("cpu",) * 5


def test_one_gpu_is_shared_by_many_but_not_by_any_number():
    assert slots([gpu()], None) == ("cuda:0",) * PACKED


def test_a_gpu_is_shared_by_no_more_than_there_are_cores(cores):
    cores(4)
    assert slots([gpu()], None) == ("cuda:0",) * 4


def test_a_gpu_is_shared_by_no_more_than_its_memory_holds():
    assert slots([gpu(free_mb=3.5 * GPU_RUN_MB)], None) == ("cuda:0",) * 3


def test_a_gpu_that_is_full_still_serves_one():
    assert slots([gpu(free_mb=10)], None) == ("cuda:0",)


def test_several_gpus_take_turns():
    assert slots([gpu(0), gpu(3)], None)[:4] == ("cuda:0", "cuda:3", "cuda:0", "cuda:3")


def test_few_cores_are_spread_over_all_gpus(cores):
    cores(4)
    assert Counter(slots([gpu(0), gpu(1)], None)) == {"cuda:0": 2, "cuda:1": 2}


def test_a_gpu_with_less_room_has_fewer_slots():
    few, many = gpu(0, 1.5 * GPU_RUN_MB), gpu(1, 3.5 * GPU_RUN_MB)
    assert slots([few, many], None) == ("cuda:0", "cuda:1", "cuda:1", "cuda:1")


def test_who_says_how_many_says_it_of_each_gpu(cores):
    cores(1)
    assert slots([gpu(0), gpu(1)], 2) == ("cuda:0", "cuda:1", "cuda:0", "cuda:1")


def test_no_gpu_has_no_share():
    assert share_mb((), ("cpu", "cpu")) is None


def test_who_has_a_gpu_to_itself_may_take_all_of_it():
    assert share_mb([gpu()], ("cuda:0",)) == 80_000


def test_the_smallest_share_is_everybodys():
    places = ("cuda:0", "cuda:1", "cuda:0", "cuda:1")
    assert share_mb([gpu(0, 40_000), gpu(1, 60_000)], places) == 20_000


def test_a_gpu_that_nobody_uses_limits_nobody():
    assert share_mb([gpu(0), gpu(1, 10)], ("cuda:0",)) == 80_000


def test_a_run_with_several_threads_takes_as_many_cores(monkeypatch):
    monkeypatch.setattr("grader.batch.slots.cores", lambda: 8)
    assert slots([], None, 3) == ("cpu",) * 2
    assert slots([], None, 20) == ("cpu",)
    assert slots([], 5, 3) == ("cpu",) * 5
