"""Which device a run may use, by what its driver lists."""

import pytest
from fakes import list_gpus

from grader.errors import IsolationError
from grader.sandbox.devices import choose_device, devices_for
from grader.sandbox.landlock import Landlock
from grader.sandbox.plain import Plain


@pytest.mark.parametrize(
    ("asked", "there", "chosen"),
    [
        ("auto", 0, "cpu"),
        ("auto", 2, "cuda:0"),
        ("cpu", 2, "cpu"),
        ("cuda", 1, "cuda:0"),
        ("cuda:0", 1, "cuda:0"),
        ("cuda:1", 2, "cuda:1"),
    ],
)
def test_what_is_asked_for_is_chosen_where_it_is_there(
    monkeypatch: pytest.MonkeyPatch, asked: str, there: int, chosen: str
) -> None:
    list_gpus(monkeypatch, there)
    assert choose_device(asked, Plain()) == chosen


@pytest.mark.parametrize(
    ("asked", "there"), [("cuda", 0), ("cuda:0", 0), ("cuda:1", 1), ("cuda:2", 2), ("cuda:10", 2)]
)
def test_a_gpu_that_is_not_there_is_refused_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch, asked: str, there: int
) -> None:
    list_gpus(monkeypatch, there)
    with pytest.raises(IsolationError, match=f"^the device {asked} is not there: .*{there}.*cpu$"):
        choose_device(asked, Plain())


@pytest.mark.parametrize(
    "asked", ["", "gpu", "CUDA", "cuda:", "cuda:-1", "cuda:x", "cuda:0,1", "cuda:1\n", "cpu:0"]
)
def test_a_word_that_names_no_device_is_refused(
    monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    list_gpus(monkeypatch, 2)
    with pytest.raises(IsolationError, match="use auto, cpu, cuda or cuda:N"):
        choose_device(asked, Plain())


def test_a_level_that_cannot_show_a_gpu_leaves_it_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    list_gpus(monkeypatch, 2)
    assert choose_device("auto", Landlock()) == "cpu"
    with pytest.raises(IsolationError, match=r"level 2 \(landlock\) cannot show a GPU"):
        choose_device("cuda", Landlock())


@pytest.mark.parametrize(
    ("asked", "chosen", "found"),
    [
        ("auto", "cuda:0", [0, 1, 2]),
        ("cuda", "cuda:0", [0, 1, 2]),
        ("cuda:1", "cuda:1", [1]),
        ("auto", "cpu", []),
        ("cpu", "cpu", []),
    ],
)
def test_a_class_uses_every_gpu_unless_one_is_named(
    monkeypatch: pytest.MonkeyPatch, asked: str, chosen: str, found: list[int]
) -> None:
    list_gpus(monkeypatch, 3)
    assert [gpu.index for gpu in devices_for(asked, chosen)] == found
