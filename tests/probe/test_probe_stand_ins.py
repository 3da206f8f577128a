"""Libraries that are missing and only show something: they do nothing, and steer nothing."""

import argparse
import importlib
import io
import math
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas
import pytest
import torch

from grader.probe.helps.libraries.inert import Inert
from grader.probe.helps.libraries.tqdm import Bar
from grader.probe.helps.notes import Notes
from grader.probe.helps.stand_ins import _Finder

MISSING = {"no_such_plots", "no_such.part", "tqdm", "wandb", "colorama", "google.colab", "dotenv"}


def library(name: str) -> Any:
    return importlib.import_module(name)


@pytest.fixture(autouse=True)
def stand_ins(said: Notes) -> Iterator[None]:
    finder = _Finder(MISSING, said.add)
    sys.meta_path.insert(0, finder)
    yield
    sys.meta_path.remove(finder)
    made = tuple(one.partition(".")[0] for one in MISSING)
    for name in [name for name in sys.modules if name.startswith(made)]:
        del sys.modules[name]


def test_a_missing_library_is_imported_called_and_silent(said: Notes) -> None:
    plots = library("no_such_plots")
    inner = library("no_such_plots.colours")
    drive = library("no_such.part").drive
    with plots.figure(3) as figure:
        figure.axes[0].title = inner.red(x=1)
    drive.mount("/content")
    assert os.path.join(drive, "x") == "stand-in/x"
    assert list(plots.lines()) == []
    assert str(plots.anything) == ""
    assert said.sorted() == ["stand_in:no_such.part", "stand_in:no_such_plots"]
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("no_such_other")


def test_what_is_shown_can_be_added_formatted_and_compared() -> None:
    fore, total = library("colorama").Fore, library("no_such_plots").summary(1).total_params
    assert fore.GREEN + "right" + fore.RESET == "right"
    assert f"{total:,} and {total / 1e6:.2f} and {100 * total - 1}" == " and  and "
    assert "%d %.1f" % (total, total) == "0 nan"  # noqa: UP031 - students write it
    assert str(round(-total, 2)) == ""
    assert [total > 5, total <= 5] == [False, False]
    assert len(total) == 0
    assert bool(total)


def test_what_is_shown_cannot_steer_a_training() -> None:
    value = library("no_such_plots").rate
    weight = torch.nn.Parameter(torch.ones(1))
    for use in (
        lambda: range(value),
        lambda: torch.optim.Adam([weight], lr=value),
        lambda: torch.optim.Adam([weight], lr=float(value)),
        lambda: weight * value,
        lambda: value + weight,
        lambda: torch.zeros(value),
    ):
        with pytest.raises((TypeError, ValueError)):
            use()
    assert math.isnan(float(value))


def test_a_progress_bar_goes_through_its_items() -> None:
    bars, auto, parts = library("tqdm"), library("tqdm.auto"), library("tqdm.contrib")
    assert list(bars.tqdm([1, 2], desc="x")) == [1, 2]
    assert list(bars.notebook.tqdm([1, 2])) == [1, 2]
    assert list(auto.trange(3)) == [0, 1, 2]
    assert list(parts.tenumerate("ab")) == [(0, "a"), (1, "b")]
    assert list(parts.tzip("ab", [1, 2])) == [("a", 1), ("b", 2)]
    with auto.tqdm(range(4)) as bar:
        bar.set_postfix(loss=1)
        assert len(bar) == 4
    assert isinstance(bar, Bar)
    assert isinstance(bar.update(1), Inert)


def test_a_progress_bar_counts() -> None:
    bar = library("tqdm").tqdm([5, 6, 7])
    assert [bar.n for _ in bar] == [0, 1, 2]
    assert (bar.n, bar.total) == (3, 3)
    bar = library("tqdm").tqdm(total=10, desc="epoch")
    bar.update(4)
    bar.set_description(f"{bar.n + 1} of {bar.total}")
    assert (bar.n, bar.total, bar.desc) == (4, 10, "epoch")
    assert bar.format_dict["elapsed"] * 2 is not None
    bar.reset()
    assert bar.n == 0
    library("tqdm").tqdm._instances.clear()


def test_pandas_learns_to_show_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    for owner in (pandas.Series, pandas.DataFrame):
        for name in ("progress_apply", "progress_map"):
            monkeypatch.setattr(owner, name, None, raising=False)
    library("tqdm").tqdm.pandas(desc="x")
    assert list(pandas.Series([1, 2]).progress_apply(lambda x: x + 1)) == [2, 3]


def test_wandb_gives_back_what_the_program_gave_it() -> None:
    wandb = library("wandb")
    run = wandb.init(project="lab", config={"lr": 0.01, "epochs": 3})
    config = wandb.config
    assert (config.lr, config["epochs"], run.config.epochs) == (0.01, 3, 3)
    config.batch = 32
    config.update({"lr": 0.1}, allow_val_change=True)
    wandb.config.update(argparse.Namespace(seed=7))
    assert dict(config) == {"lr": 0.1, "epochs": 3, "batch": 32, "seed": 7}
    assert config.get("other", 5) == getattr(config, "other", 5) == 5
    wandb.log({"accuracy": 0.9})
    assert wandb.run.summary["accuracy"] == 0.9
    wandb.watch(1)
    wandb.finish()


def test_wandb_does_not_invent_what_a_program_trains_with() -> None:
    wandb = library("wandb")
    wandb.init(config={"lr": 0.01})
    with pytest.raises(AttributeError, match="does not give it 'epochs'"):
        _ = wandb.config.epochs
    with pytest.raises(KeyError, match="write the value into"):
        _ = wandb.config["epochs"]
    with pytest.raises(RuntimeError, match="no sweep"):
        wandb.agent(wandb.sweep({}), lambda: None)


def test_an_upload_is_a_file_that_was_handed_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("own.csv").write_bytes(b"a,b\n1,2\n")
    uploaded = library("google.colab").files.upload()
    assert list(pandas.read_csv(io.BytesIO(uploaded["own.csv"]))["b"]) == [2]
    assert list(uploaded.keys()) == []
    with pytest.raises(FileNotFoundError, match=r"hand in other\.csv"):
        _ = uploaded["other.csv"]
    assert library("google.colab").userdata.get("KEY") == ""


def test_settings_are_read_from_a_file_that_was_handed_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: Notes
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KEPT", "before")
    for name in ("DATA", "EPOCHS", "NAME"):
        monkeypatch.delenv(name, raising=False)
    lines = "# settings\nDATA=data/asl_data  # where\nexport EPOCHS = 5\nNAME='a # b'\nKEPT=now\n"
    Path(".env").write_text(f"{lines}\nnonsense\n")
    dotenv = library("dotenv")
    assert dotenv.load_dotenv(dotenv.find_dotenv())
    assert [os.environ[one] for one in ("DATA", "EPOCHS", "NAME")] == [
        "data/asl_data",
        "5",
        "a # b",
    ]
    assert os.environ["KEPT"] == "before"
    assert dotenv.dotenv_values(".env")["KEPT"] == "now"
    assert said.sorted() == ["stand_in:dotenv"]


def test_settings_that_were_not_handed_in_are_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: Notes
) -> None:
    monkeypatch.chdir(tmp_path)
    assert not library("dotenv").load_dotenv()
    assert said.sorted() == ["settings_missing:.env", "stand_in:dotenv"]
