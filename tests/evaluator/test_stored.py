"""What a network stores is counted by its tensors: how much, how much of it trained, and where."""

from typing import Any

import pytest
import torch
from torch import nn
from torch.nn.utils import parametrizations

from grader.evaluator.stored import stored
from grader.evaluator.weights import compared, leap, moved, settled
from grader.probe.capture import capture, state

EXAMPLE = (torch.rand(8, 1, 28, 28),)
TABLE = 784 * 30


class Beside(nn.Module):
    """A linear layer, and a table that meets the image in plain arithmetic."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = nn.Sequential(nn.Flatten(), nn.Linear(784, 5))
        self.register_buffer("table", torch.rand(30, 784))
        self.register_buffer("answers", torch.rand(30, 5))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        near = (x.flatten(1).unsqueeze(1) - self.table).square().sum(2).neg().exp()
        return self.inner(x) + near @ self.answers


class Normalised(nn.Module):
    """Subtracts a mean image that is stored as a constant buffer."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = nn.Sequential(nn.Flatten(), nn.Linear(784, 5))
        self.register_buffer("mean", torch.rand(28, 28))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            x = x - self.mean
        return self.inner(x)


class HiddenInNoGrad(Normalised):
    """Does under no_grad, in a nested graph, what ``Beside`` does in the open."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("table", torch.rand(30, 784))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            near = (x.flatten(1).unsqueeze(1) - self.table).abs().sum(2)
        return self.inner(x) + near.sum(1, keepdim=True)


def look(model: nn.Module, initial: dict[str, torch.Tensor] | None = None) -> Any:
    document, constants = capture(model, EXAMPLE)
    forms = [document["train"], document["eval"]]
    return stored(forms, {**constants, **state(model)}, initial)


def test_an_ordinary_network_stores_its_parameters_and_no_table() -> None:
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 100), nn.ReLU(), nn.Linear(100, 5))
    found = look(model)
    assert found == {"values": 784 * 100 + 100 + 505, "untrained": 0, "table": 0}


def test_a_table_outside_the_layers_is_found_with_its_size() -> None:
    found = look(Beside())
    assert found["table"] == TABLE
    assert found["untrained"] == TABLE + 30 * 5
    assert found["values"] == TABLE + 30 * 5 + 784 * 5 + 5


class InParts(nn.Module):
    """The table of ``Beside``, cut into tensors that are small each."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = nn.Sequential(nn.Flatten(), nn.Linear(784, 5))
        for row in range(30):
            self.register_buffer(f"row{row}", torch.rand(784))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        table = torch.stack([getattr(self, f"row{row}") for row in range(30)])
        near = (x.flatten(1).unsqueeze(1) - table).square().sum(2)
        return self.inner(x) + near.sum(1, keepdim=True)


def test_a_table_in_parts_is_a_table() -> None:
    assert look(InParts())["table"] == TABLE


def test_a_table_is_found_in_a_nested_graph() -> None:
    assert look(HiddenInNoGrad())["table"] == TABLE


def test_a_mean_image_is_as_large_as_an_image() -> None:
    assert look(Normalised())["table"] == 784


def test_what_makes_a_weight_of_parameters_is_no_table() -> None:
    layer = parametrizations.weight_norm(nn.Linear(784, 50))
    assert look(nn.Sequential(nn.Flatten(), layer, nn.ReLU(), nn.Linear(50, 5)))["table"] == 0


def test_layers_that_did_not_move_are_untrained() -> None:
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 100), nn.ReLU(), nn.Linear(100, 5))
    initial = state(model)
    with torch.no_grad():
        model[3].weight += 1
        model[3].bias += 1
    assert look(model, initial)["untrained"] == 784 * 100 + 100


def test_what_is_stored_but_not_computed_with_does_not_count() -> None:
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 5))
    model.register_buffer("spare", torch.rand(1000, 1000))
    assert look(model)["values"] == 784 * 5 + 5


def test_the_graph_cannot_claim_a_table_to_be_small() -> None:
    document, constants = capture(Beside(), EXAMPLE)
    for form in ("train", "eval"):
        for node in document[form]["nodes"]:
            node["shape"] = [1]
    tensors = {**constants, **state(Beside())}
    assert stored([document["train"], document["eval"]], tensors, None)["table"] >= TABLE


def weights(*values: float) -> dict[str, torch.Tensor]:
    return {"weight": torch.tensor(values)}


def test_a_leap_is_measured_in_lengths_of_the_training() -> None:
    assert leap(weights(0, 0), weights(3, 4), weights(3, 4)) == 0
    assert leap(weights(0, 0), weights(3, 4), weights(0, 0)) == pytest.approx(1)
    assert leap(weights(0, 0), weights(3, 4), weights(3, 14)) == pytest.approx(2)


def test_a_leap_from_a_training_that_moved_nothing_is_none() -> None:
    assert leap(weights(1, 1), weights(1, 1), weights(5, 5)) == 0


def test_weights_that_are_not_finite_are_far_away_but_numbers() -> None:
    broken = weights(float("nan"), float("inf"))
    assert leap(weights(0, 0), weights(3, 4), broken) == 1e9
    assert moved(compared(weights(1, 1), broken))["relative_distance"] == 1e9


def test_weights_settle_when_they_hardly_move_any_more() -> None:
    assert settled(weights(3, 4), weights(3, 4.001)) == pytest.approx(0.0002, rel=1e-3)
