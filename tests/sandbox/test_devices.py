"""Which device a run may use, asked of a driver that is a real program and not a real driver."""

from pathlib import Path

import pytest
from fakes import gpus, list_gpus

from grader.errors import IsolationError
from grader.sandbox.devices import choose_device, gpu_count
from grader.sandbox.landlock import Landlock
from grader.sandbox.plain import Plain

MIG = gpus(1) + "  MIG 1g.10gb     Device  0: (UUID: MIG-1)\n  MIG 1g.10gb     Device  1: x\n"


@pytest.mark.parametrize(
    ("listing", "count"),
    [(gpus(1), 1), (gpus(2), 2), (gpus(11), 11), (MIG, 1), ("No devices found.\n", 0), ("", 0)],
)
def test_the_driver_is_asked_how_many_gpus_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, listing: str, count: int
) -> None:
    list_gpus(monkeypatch, tmp_path / "bin", listing)
    assert gpu_count() == count


def test_without_a_driver_there_is_no_gpu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert gpu_count() == 0


def test_a_driver_that_fails_has_no_gpu_whatever_it_lists(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    list_gpus(monkeypatch, tmp_path / "bin", gpus(2), code=9)
    assert gpu_count() == 0


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
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: str, there: int, chosen: str
) -> None:
    list_gpus(monkeypatch, tmp_path / "bin", gpus(there))
    assert choose_device(asked, Plain()) == chosen


@pytest.mark.parametrize(
    ("asked", "there"), [("cuda", 0), ("cuda:0", 0), ("cuda:1", 1), ("cuda:2", 2), ("cuda:10", 2)]
)
def test_a_gpu_that_is_not_there_is_refused_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: str, there: int
) -> None:
    list_gpus(monkeypatch, tmp_path / "bin", gpus(there))
    with pytest.raises(IsolationError, match=f"^the device {asked} is not there: .*{there}.*cpu$"):
        choose_device(asked, Plain())


@pytest.mark.parametrize(
    "asked", ["", "gpu", "CUDA", "cuda:", "cuda:-1", "cuda:x", "cuda:0,1", "cuda:1\n", "cpu:0"]
)
def test_a_word_that_names_no_device_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    list_gpus(monkeypatch, tmp_path / "bin", gpus(2))
    with pytest.raises(IsolationError, match="use auto, cpu, cuda or cuda:N"):
        choose_device(asked, Plain())


def test_a_level_that_cannot_show_a_gpu_leaves_it_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    list_gpus(monkeypatch, tmp_path / "bin", gpus(2))
    assert choose_device("auto", Landlock()) == "cpu"
    with pytest.raises(IsolationError, match=r"level 2 \(landlock\) cannot show a GPU"):
        choose_device("cuda", Landlock())
