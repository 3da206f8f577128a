"""How many runs the memory holds."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.batch import memory
from grader.batch.memory import KEPT_MB, MEASURING_MB, REMEMBERED, Memory
from grader.sandbox import cgroup

EXPECTED = 1000.0
EACH = EXPECTED + MEASURING_MB


@pytest.fixture
def free(monkeypatch):
    """What the machine has free, in MiB; plenty unless a test says otherwise."""

    def arrange(mb):
        monkeypatch.setattr(memory, "free_mb", lambda: mb)

    arrange(1e6)
    return arrange


def begun(one):
    """How many are begun beside each other."""
    running = 0
    while one.room(running):
        running += 1
    return running


@given(st.floats(0, 1e6), st.floats(1, 1e5), st.lists(st.floats(0, 1e5), max_size=30))
def test_there_are_never_more_than_fit_and_always_one(total, expected, seen):
    one = Memory(expected, total)
    for peak in seen:
        one.observe(peak)
    assert one.runs() >= 1
    assert one.runs() == 1 or one.runs() * one.each_mb <= total


def test_as_many_begin_as_fit(free):
    assert begun(Memory(EXPECTED, 3.9 * EACH)) == 3


@pytest.mark.parametrize("total", [0, -500, EACH / 2])
def test_one_is_always_begun(free, total):
    free(0)
    assert begun(Memory(EXPECTED, total)) == 1


def test_nobody_begins_while_others_have_taken_the_memory(free):
    one = Memory(EXPECTED, 10 * EACH)
    assert one.room(3)
    free(EACH - 1)
    assert not one.room(3)
    assert one.room(0)


def test_larger_runs_than_expected_are_learnt_from():
    one = Memory(EXPECTED, 8 * EACH)
    for _ in range(10):
        one.observe(2 * EXPECTED)
    assert one.each_mb == 2 * EXPECTED + MEASURING_MB
    assert one.runs() == 5


def test_smaller_runs_than_expected_prove_nothing():
    one = Memory(EXPECTED, 8 * EACH)
    for _ in range(50):
        one.observe(0)  # a file that does not even parse
    assert one.each_mb == EACH


def test_one_that_is_larger_by_far_does_not_halt_a_class():
    one = Memory(EXPECTED, 8 * EACH)
    for _ in range(40):
        one.observe(EXPECTED)
    one.observe(50 * EXPECTED)
    assert one.runs() == 8


def test_what_is_long_ago_is_forgotten():
    one = Memory(EXPECTED, 8 * EACH)
    for peak in [5 * EXPECTED] * REMEMBERED + [EXPECTED] * REMEMBERED:
        one.observe(peak)
    assert one.runs() == 8


@pytest.fixture
def group(tmp_path, monkeypatch):
    """What the files of the control groups say that we are in: the root's, and ``own``."""

    def arrange(v2=None, v1=None, own="", **inner):
        groups = {
            "": memory.GROUPS[""]._replace(root=tmp_path / "v2"),
            "memory": memory.GROUPS["memory"]._replace(root=tmp_path / "v1"),
        }
        monkeypatch.setattr(memory, "GROUPS", groups)
        monkeypatch.setattr(cgroup, "OWN", tmp_path / "own")
        (tmp_path / "own").write_text(own)
        said = zip(groups.values(), (v2, v1), strict=True)
        files = {one.root / one.limit: text for one, text in said if text is not None}
        files |= {tmp_path / path: text for path, text in inner.items()}
        for path, text in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    return arrange


GIB = 2**30


@pytest.mark.parametrize(
    "limits", [{"v2": f"{4 * GIB}\n"}, {"v1": f"{4 * GIB}\n"}, {"v2": "max\n", "v1": f"{4 * GIB}"}]
)
def test_a_container_has_what_its_limit_allows(free, group, limits):
    group(**limits)
    assert Memory(EXPECTED).total_mb == 4096 - KEPT_MB


@pytest.mark.parametrize(
    ("own", "path"),
    [
        ("0::/slurm/job_1/step\n", "v2/slurm/job_1/memory.max"),
        ("5:cpu,memory:/a\n4:pids:/b\n", "v1/a/memory.limit_in_bytes"),
    ],
)
def test_a_job_has_what_its_own_group_and_those_above_allow(free, group, own, path):
    group(v2="max\n", v1="max\n", own=own, **{path: f"{4 * GIB}\n"})
    assert Memory(EXPECTED).total_mb == 4096 - KEPT_MB


@pytest.mark.parametrize("limits", [{}, {"v2": "max\n"}, {"v1": "9223372036854771712\n"}])
def test_without_a_limit_the_machine_counts(free, group, limits, monkeypatch):
    group(**limits)
    whole = memory.psutil.virtual_memory().total / 2**20
    free(whole)
    assert Memory(EXPECTED).total_mb == pytest.approx(whole - max(KEPT_MB, 0.05 * whole))


@pytest.mark.parametrize(
    ("own", "files"),
    [
        (
            "0::/job/step\n",
            {
                "v2/job/memory.max": f"{8 * GIB}\n",
                "v2/job/memory.current": f"{7 * GIB}\n",
                "v2/job/memory.stat": f"anon {5 * GIB}\ninactive_file {GIB}\nactive_file 5\n",
            },
        ),
        (
            "5:cpu,memory:/a\n",
            {
                "v1/a/memory.limit_in_bytes": f"{8 * GIB}\n",
                "v1/a/memory.usage_in_bytes": f"{7 * GIB}\n",
                "v1/a/memory.stat": f"inactive_file 0\ntotal_inactive_file {GIB}\n",
            },
        ),
    ],
    ids=["second", "first"],
)
def test_what_a_container_uses_already_is_not_free(group, monkeypatch, own, files):
    plenty = SimpleNamespace(available=256 * GIB, total=256 * GIB)
    monkeypatch.setattr(memory.psutil, "virtual_memory", lambda: plenty)
    group(own=own, **files)
    assert memory.free_mb() == 2048
    assert Memory(EXPECTED).runs() == 1
    group(own="")  # the root's, which limit nothing
    assert memory.free_mb() == 256 * 1024


def test_what_others_use_is_not_ours(free, group):
    group()
    free(3000)
    assert Memory(EXPECTED).total_mb <= 3000 - KEPT_MB
