"""Units that answer zero to every image are counted, and no others."""

import copy
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional
from travelled import measured, travel

from grader.evaluator import units
from grader.evaluator.interpreter import Program
from grader.probe.capture import capture, state

IMAGES = torch.randint(1, 255, (300, 28, 28), dtype=torch.uint8, generator=torch.manual_seed(3))


@torch.no_grad()
def deadened(layer: Any, *dead: int) -> Any:
    """The layer with some units that no image reaches; all others answer at least once."""
    layer.weight.abs_()
    layer.bias.fill_(0.1)
    for unit in dead:
        layer.weight[unit] = 0
        layer.bias[unit] = -1
    return layer


def watched(model: nn.Module, *batches: torch.Tensor) -> list[tuple[str, int, int]]:
    """Kind, units and dead units of each activation."""
    document, constants = capture(model, (batches[0],))
    watch = units.Watch()
    program = Program(document["eval"], {**constants, **state(model)}, "cpu", watch=watch)
    for batch in batches:
        program.run([batch])
    return [(one["kind"], one["units"], one["dead"]) for one in watch.found()]


def mlp(activation: nn.Module, *dead: int) -> nn.Module:
    return nn.Sequential(
        nn.Flatten(), deadened(nn.Linear(784, 6), *dead), activation, nn.Linear(6, 5)
    )


BATCH = torch.rand(8, 1, 28, 28)


def test_outputs_of_a_linear_layer_are_counted() -> None:
    assert watched(mlp(nn.ReLU(), 1, 4), BATCH) == [("relu", 6, 2)]


def test_channels_of_a_convolution_are_counted() -> None:
    model = nn.Sequential(
        deadened(nn.Conv2d(1, 7, 3), 0, 2, 6), nn.ReLU(), nn.Flatten(), nn.Linear(7 * 676, 5)
    )
    assert watched(model, BATCH) == [("relu", 7, 3)]


def test_a_channel_that_answers_at_a_single_place_is_alive() -> None:
    model = nn.Sequential(deadened(nn.Conv2d(1, 2, 1), 0, 1), nn.ReLU(), nn.Flatten())
    with torch.no_grad():
        model[0].weight[1] = 1
    image = torch.zeros(3, 1, 28, 28)
    assert watched(model, image)[0] == ("relu", 2, 2)
    image[2, 0, 27, 5] = 1.5
    assert watched(model, image)[0] == ("relu", 2, 1)


def test_a_unit_that_only_the_last_batch_wakes_is_alive() -> None:
    model = mlp(nn.ReLU(), 3)
    with torch.no_grad():
        model[1].weight[3] = 1 / 784
    dark, bright = torch.zeros(4, 1, 28, 28), torch.full((4, 1, 28, 28), 1.1)
    assert watched(model, dark, dark) == [("relu", 6, 1)]
    assert watched(model, dark, dark, bright) == [("relu", 6, 0)]


def test_an_activation_that_is_dead_as_a_whole_is_counted_and_what_it_silences_too() -> None:
    model = nn.Sequential(*mlp(nn.ReLU(), *range(6)), nn.ReLU())
    with torch.no_grad():
        model[3].bias.fill_(-1)
    assert watched(model, BATCH) == [("relu", 6, 6), ("relu", 5, 5)]


@pytest.mark.parametrize(
    ("activation", "kind"),
    [(nn.ReLU(inplace=True), "relu"), (nn.ReLU6(), "hardtanh"), (nn.Hardtanh(0, 9), "hardtanh")],
)
def test_every_activation_that_cuts_at_zero_is_watched(activation: nn.Module, kind: str) -> None:
    assert watched(mlp(activation, 0, 5), BATCH) == [(kind, 6, 2)]


@pytest.mark.parametrize("activation", [nn.LeakyReLU(), nn.Sigmoid(), nn.Tanh(), nn.Softmax(1)])
def test_an_activation_that_never_stops_answering_is_not(activation: nn.Module) -> None:
    assert watched(mlp(activation, 0, 5), BATCH) == []


class InNoGrad(nn.Module):
    """Activates in a nested graph, in place, and writes over the result."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = deadened(nn.Linear(784, 6), 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.inner(x.flatten(1))
        with torch.no_grad():
            x = functional.relu_(x)
            return x.add_(1)


def test_what_answers_in_a_nested_graph_is_seen_before_it_is_overwritten() -> None:
    assert watched(InNoGrad(), BATCH) == [("relu", 6, 1)]


def test_a_network_that_answers_nan_is_not_asleep() -> None:
    model = mlp(nn.ReLU())
    with torch.no_grad():
        model[1].weight.fill_(float("nan"))
    assert watched(model, BATCH) == [("relu", 6, 0)]


def test_a_module_that_is_used_twice_is_two_activations_with_places() -> None:
    class Twice(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first = deadened(nn.Linear(784, 6), 0)
            self.second = deadened(nn.Linear(6, 4))
            self.relu = nn.ReLU()

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            x = self.relu(self.first(x.flatten(1)))
            return self.relu(self.second(x))

    document, constants = capture(Twice(), (BATCH,))
    lines = iter([{"file": "lab.py", "line": 12}, {"file": "lab.py", "line": 13}])
    for node in document["eval"]["nodes"]:
        if node["target"].startswith("aten.relu"):
            node["line"] = next(lines)
    watch = units.Watch()
    program = Program(document["eval"], {**constants, **state(Twice())}, "cpu", watch=watch)
    program.run([BATCH])
    found = watch.found()
    assert [(one["module"], one["line"]["line"]) for one in found] == [("relu", 12), ("relu", 13)]
    assert [(one["units"], one["dead"]) for one in found] == [(6, 1), (4, 0)]


def test_no_more_activations_are_watched_than_the_host_takes() -> None:
    node = {"target": "aten.relu.default", "name": "y"}
    watch = units.Watch()
    looks = [watch(node) for _ in range(units.MOST + 1)]
    assert [look is None for look in looks] == [False] * units.MOST + [True]


def test_the_evaluator_reports_units_and_weights_of_the_final_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    travel(monkeypatch)
    model = mlp(nn.ReLU(), 1, 4)
    before = copy.deepcopy(model)
    with torch.no_grad():
        model[3].weight.mul_(1.5)
    found = measured(tmp_path, model, before, IMAGES)
    assert found["refused"] is None
    assert [(one["units"], one["dead"]) for one in found["units"]] == [(6, 2)]
    names = ["1.weight", "1.bias", "3.weight", "3.bias"]
    assert [one["name"] for one in found["weights"]] == names
    moved = [one["moved"] for one in found["weights"]]
    assert moved == [0, 0, pytest.approx(0.5), 0]
