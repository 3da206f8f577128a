"""How a program goes about training is heard: what it feeds, compares, holds and compares with."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from typing import Any

import programs
import pytest
import torch
from followed import Hear
from programs import IMAGES, LABELS
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

functional = nn.functional
Output = Callable[[torch.Tensor], torch.Tensor]


def _train(
    model: nn.Module,
    loss: Callable[[torch.Tensor, torch.Tensor], torch.Tensor] | None = None,
    epochs: int = 2,
    scale: float = 1.0,
    loader: Any = None,
    **settings: Any,
) -> torch.optim.Optimizer:
    """Train on images times ``scale``; ``settings`` are those of SGD."""
    optimizer = torch.optim.SGD(model.parameters(), **{"lr": 0.01, **settings})
    for _ in range(epochs):
        for x, y in loader or programs.loaders()[0]:
            value = (loss or functional.cross_entropy)(model(x * scale), y)
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
    return optimizer


def _evaluate(model: nn.Module, scale: float = 1.0, gradients: bool = False) -> None:
    model.eval()
    with nullcontext() if gradients else torch.no_grad():
        for x, y in programs.loaders()[1]:
            functional.cross_entropy(model(x * scale), y)
    model.train()


def test_an_ordinary_program_is_heard_in_order(hear: Hear) -> None:
    signs = hear(lambda: programs.ordinary(2))
    assert signs["order"] == ("ZFLBS" * 4 + "ffL" * 2) * 2
    assert (signs["owned"], signs["frozen"], signs["equal"]) == ("all", [], [])
    assert (signs["optimizers"], signs["rebuilt"], signs["table"]) == (1, 0, False)
    assert (signs["from_model"], signs["probabilities"]) == (True, None)
    assert signs["inputs"]["shape"] == [16, 1, 28, 28]
    assert signs["outputs"]["shape"] == [16, 4]
    assert (signs["targets"]["dtype"], signs["targets"]["high"]) == ("int64", 3)
    assert len(signs["losses"]) == 8


def test_what_comes_before_training_is_not_its_order(hear: Hear) -> None:
    def program() -> None:
        model = programs.mlp()
        model(torch.zeros(1, 1, 28, 28))
        _evaluate(model)
        _train(model)

    signs = hear(program)
    assert signs["order"] == "FLZBS" * 8
    assert signs["inputs"]["high"] > 0


def test_the_order_ends_somewhere(hear: Hear) -> None:
    def program() -> None:
        _train(programs.mlp(), epochs=12)

    assert hear(program)["order"] == "FLZBS" * 40


@pytest.mark.parametrize("gradients", [True, False])
def test_a_split_that_is_scaled_otherwise_shows_in_its_values(hear: Hear, gradients: bool) -> None:
    def program() -> None:
        model = programs.mlp()
        with torch.no_grad():
            model(torch.zeros(2, 1, 28, 28))
        for _ in range(2):
            _train(model, epochs=1)
            _evaluate(model, 255, gradients)

    signs = hear(program)
    assert 0.9 < signs["inputs"]["high"] <= 1
    assert 200 < signs["evaluation_inputs"]["high"] <= 255


def test_values_that_are_not_finite_are_named(hear: Hear) -> None:
    def program() -> None:
        _train(programs.mlp(), scale=float("nan"))

    signs = hear(program)
    assert signs["inputs"]["finite"] is False
    assert signs["inputs"]["low"] is None
    assert signs["losses"] == [None] * 8
    assert all(row["gradient"] is None for row in signs["first_gradients"])


@pytest.mark.parametrize(
    ("squash", "kind"),
    [
        (lambda scores: scores, None),
        (torch.relu, None),
        (lambda scores: scores.softmax(1), "softmax"),
        (lambda scores: scores.softmax(0), "softmax"),
        (lambda scores: scores.log_softmax(1), "log_softmax"),
        (torch.sigmoid, "sigmoid"),
        (lambda scores: torch.sigmoid(scores * 20), "sigmoid"),
    ],
)
def test_what_squashes_the_scores_is_told(hear: Hear, squash: Output, kind: str | None) -> None:
    def program() -> None:
        _train(programs.mlp(), lambda out, y: functional.cross_entropy(squash(out), y))

    assert hear(program)["probabilities"] == kind


@pytest.mark.parametrize("reach", [True, False])
def test_a_loss_of_something_that_needs_no_gradient_is_heard(hear: Hear, reach: bool) -> None:
    def loss(out: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        given = out if reach else out.detach()
        value = functional.cross_entropy(given, y)
        return value if reach else value.requires_grad_()

    assert hear(lambda: _train(programs.mlp(), loss))["from_model"] is reach


def test_training_under_no_grad_is_heard_up_to_its_crash(hear: Hear) -> None:
    def program() -> None:
        model, optimizer = programs.mlp(), None
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        with torch.no_grad(), pytest.raises(RuntimeError):
            programs.train_epoch(model, programs.loaders()[0], optimizer)

    signs = hear(program)
    assert signs["order"] == "ZfLB"
    assert signs["from_model"] is None


def test_what_a_model_or_a_loss_refused_is_described(hear: Hear) -> None:
    def program() -> None:
        model = programs.mlp()
        with pytest.raises(RuntimeError):
            functional.cross_entropy(model(IMAGES), LABELS.float())

    signs = hear(program)
    assert signs["targets"]["dtype"] == "float32"
    assert signs["inputs"]["shape"] == [64, 1, 28, 28]

    def unfitting() -> None:
        with pytest.raises(RuntimeError):
            programs.mlp()(IMAGES[:, :, :20])

    assert hear(unfitting)["inputs"]["shape"] == [64, 1, 20, 28]


@pytest.mark.parametrize(
    ("loss", "table"),
    [
        (lambda out, y: ((out - y) ** 2).mean(), True),
        (lambda out, y: (out.unsqueeze(1) - functional.one_hot(y, 4)[None]).abs().mean(), True),
        (lambda out, y: -out.log_softmax(1)[:, y % out.shape[1]].mean(), True),
        (lambda out, y: ((out[:, 0] - y) ** 2).mean(), False),
        (lambda out, y: -out.log_softmax(1)[range(len(y)), y % out.shape[1]].mean(), False),
    ],
    ids=["column", "third dimension", "index", "row", "right index"],
)
@pytest.mark.filterwarnings("ignore:Using a target size")
def test_a_loss_that_compares_each_output_with_each_label_is_told(
    hear: Hear, loss: Any, table: bool, request: pytest.FixtureRequest
) -> None:
    column = request.node.callspec.id in ("column", "row")
    model = nn.Sequential(programs.mlp(), nn.Linear(4, 1 if column else 4))
    assert hear(lambda: _train(model, loss))["table"] is table


@pytest.mark.filterwarnings("ignore:Using a target size")
def test_a_mean_squared_error_of_a_column_and_a_row_is_a_table(hear: Hear) -> None:
    model = nn.Sequential(programs.mlp(), nn.Linear(4, 1))
    assert hear(lambda: _train(model, lambda out, y: functional.mse_loss(out, y.float())))["table"]


class Scaled(nn.Module):
    """As many neurons as images in a batch, each with a factor of its own."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first, self.factor = nn.Linear(784, width), nn.Parameter(torch.ones(width))
        self.shift = nn.Parameter(torch.zeros(width))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.first(x.flatten(1)) * self.factor + self.shift.expand(len(x), -1)


def test_as_many_outputs_as_images_are_no_table(hear: Hear) -> None:
    def loss(out: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return ((out - functional.one_hot(y, 16)) ** 2).mean()

    assert hear(lambda: _train(Scaled(16), loss))["table"] is False


def test_an_optimizer_that_holds_too_little_is_told(hear: Hear) -> None:
    def program(held: Callable[[nn.Module], Iterator[nn.Parameter]]) -> None:
        model = programs.mlp()
        optimizer = torch.optim.SGD(held(model), 0.1)
        programs.train_epoch(model, programs.loaders()[0], optimizer)

    assert hear(lambda: program(lambda model: model.parameters()))["owned"] == "all"
    assert hear(lambda: program(lambda model: model[3].parameters()))["owned"] == "some"
    other = hear(lambda: program(lambda model: programs.mlp().parameters()))
    assert (other["owned"], other["empty_steps"]) == ("none", 4)


def test_frozen_and_equal_weights_are_named(hear: Hear) -> None:
    def program() -> None:
        model = programs.mlp()
        model[1].requires_grad_(False)
        nn.init.constant_(model[3].weight, 0.5)
        _train(model)

    signs = hear(program)
    assert signs["frozen"] == ["1.weight", "1.bias"]
    assert signs["equal"] == ["3.weight"]
    assert signs["owned"] == "all"


def test_the_last_settings_of_the_optimizer_are_told(hear: Hear) -> None:
    def program() -> None:
        model = programs.mlp()
        optimizer = _train(model, momentum=0.9, weight_decay=0.001)
        optimizer.param_groups[0]["lr"] = 0.5
        programs.train_epoch(model, programs.loaders()[0], optimizer)

    signs = hear(program)
    assert (signs["momentum"], signs["weight_decay"], signs["last_rate"]) == (0.9, 0.001, 0.5)


def test_gradients_are_those_of_the_first_step_and_of_the_last_epoch(hear: Hear) -> None:
    norms: list[float] = []

    def program() -> None:
        model, (train, _) = programs.mlp(), programs.loaders()
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        for _ in range(3):
            for x, y in train:
                functional.cross_entropy(model(x), y).backward()
                norms.append(float(model[1].weight.grad.norm()))
                optimizer.step()
                optimizer.zero_grad()

    signs = hear(program)
    assert [row["name"] for row in signs["first_gradients"]] == [
        *("1.weight", "1.bias", "3.weight", "3.bias")
    ]
    assert signs["first_gradients"][0]["gradient"] == pytest.approx(norms[0])
    assert signs["last_gradients"][0]["gradient"] == pytest.approx(norms[-1])


def test_models_and_optimizers_made_anew_are_counted(hear: Hear) -> None:
    def program() -> None:
        for _ in range(3):
            _train(programs.mlp(), epochs=1)

    signs = hear(program)
    assert (signs["rebuilt"], signs["optimizers"]) == (2, 3)

    def rebuilding() -> None:
        model = programs.mlp()
        for rows in (slice(start, start + 16) for start in (0, 16, 32, 48)):
            programs.step(model, torch.optim.Adam(model.parameters()), rows)

    signs = hear(rebuilding)
    assert (signs["rebuilt"], signs["optimizers"], signs["owned"]) == (0, 4, "all")


@pytest.mark.parametrize("shuffle", [True, False])
def test_whether_each_epoch_begins_with_the_same_images_is_heard(hear: Hear, shuffle: bool) -> None:
    data = TensorDataset(IMAGES, LABELS)
    loader = DataLoader(data, batch_size=16, shuffle=shuffle)
    signs = hear(lambda: _train(programs.mlp(), loader=loader))
    assert signs["same_order"] is not shuffle
    told = {"training": True, "batch_size": 16, "shuffles": shuffle, "samples": 64}
    assert signs["loaders"] == [told]


def test_a_sampler_of_the_students_own_may_shuffle(hear: Hear) -> None:
    loader = DataLoader(TensorDataset(IMAGES, LABELS), batch_size=16, sampler=list(range(64)))
    signs = hear(lambda: _train(programs.mlp(), loader=loader))
    assert (signs["loaders"][0]["shuffles"], signs["same_order"]) == (None, True)
