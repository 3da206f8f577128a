"""Both forms of a network are read, and every operator is known as a layer or as none."""

import pytest
import torch
from torch import nn
from torch.nn import functional

from grader.evaluator.layers import (
    ACTIVATIONS,
    NO_LAYER,
    READERS,
    SHAPING,
    Reader,
    essence,
    used,
)
from grader.evaluator.operators import ALLOWED, TRAINING_ONLY
from grader.evaluator.stored import known_in_training
from grader.probe.capture import capture, state

EXAMPLE = (torch.rand(8, 1, 28, 28),)


class TwoFaces(nn.Module):
    """Trains one network and answers with another of the same layers."""

    def __init__(self) -> None:
        super().__init__()
        self.shown = nn.Sequential(nn.Flatten(), nn.Linear(784, 5))
        self.hidden = nn.Sequential(nn.Flatten(), nn.Linear(784, 5))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.shown(x) if self.training else self.hidden(x)


class AlwaysOn(nn.Module):
    """Drops values in evaluation, too."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = nn.Linear(784, 5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.inner(functional.dropout(x.flatten(1), 0.3))


def test_every_operator_is_a_layer_or_known_to_be_none() -> None:
    names = {name.split(".")[0].rstrip("_") for name in ALLOWED + TRAINING_ONLY}
    known = {*READERS, *ACTIVATIONS, *SHAPING, *NO_LAYER}
    assert {name for name in names if name not in known} == set()
    assert not NO_LAYER & {*READERS, *ACTIVATIONS, *SHAPING}


@pytest.mark.parametrize(
    ("limits", "kinds"),
    [
        ({"min": 0}, ["relu"]),
        ({"min": 0.0}, ["relu"]),
        ({"min": 0, "max": 6}, ["relu6"]),
        ({"min": 0, "max": 1}, []),
        ({"min": -1}, []),
        ({"max": 0}, []),
    ],
)
def test_an_activation_by_hand_is_one(limits: dict[str, float], kinds: list[str]) -> None:
    class Clamped(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = nn.Linear(28, 5)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.inner(x).clamp(**limits)

    document, _ = capture(Clamped(), EXAMPLE)
    found = [layer["kind"] for layer in Reader(document["train"]).read()]
    assert found == ["linear", *kinds]


def test_a_network_that_answers_with_other_weights_is_seen() -> None:
    document, _ = capture(TwoFaces(), EXAMPLE)
    forms = [document["train"], document["eval"]]
    assert essence(Reader(forms[0]).read()) == essence(Reader(forms[1]).read())
    assert {name for _, name in used(forms[0])} == {"shown.1.weight", "shown.1.bias"}
    assert {name for _, name in used(forms[1])} == {"hidden.1.weight", "hidden.1.bias"}
    assert not known_in_training(document, {})


class LooksUp(nn.Module):
    """Adds, in evaluation only, what a buffer of ``size`` rows holds."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.inner = nn.Linear(784, 5)
        self.register_buffer("answers", torch.rand(size, 5))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out = self.inner(x.flatten(1))
        return out if self.training else out + self.answers.abs().mean(0)


@pytest.mark.parametrize(("size", "known"), [(4, True), (400, False)])
def test_a_table_that_is_only_used_in_evaluation_is_seen(size: int, known: bool) -> None:
    model = LooksUp(size)
    document, constants = capture(model, EXAMPLE)
    assert known_in_training(document, {**constants, **state(model)}) is known


class SoftmaxAfterwards(nn.Module):
    """Scores in training, probabilities in evaluation: the same winners."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = nn.Linear(784, 5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        scores = self.inner(x.flatten(1))
        return scores if self.training else functional.softmax(scores, 1)


def test_probabilities_in_evaluation_are_no_difference() -> None:
    document, _ = capture(SoftmaxAfterwards(), EXAMPLE)
    forms = [document["train"], document["eval"]]
    assert essence(Reader(forms[0]).read()) == essence(Reader(forms[1]).read())


def test_dropout_and_batch_norm_are_no_difference() -> None:
    model = nn.Sequential(
        nn.Conv2d(1, 3, 3), nn.BatchNorm2d(3), nn.Dropout(0.2), nn.Flatten(), nn.Linear(2028, 5)
    )
    document, _ = capture(model, EXAMPLE)
    forms = [document["train"], document["eval"]]
    assert essence(Reader(forms[0]).read()) == essence(Reader(forms[1]).read())
    assert known_in_training(document, {})


def test_dropout_that_stays_on_is_seen_in_evaluation() -> None:
    document, _ = capture(AlwaysOn(), EXAMPLE)
    assert [one["kind"] for one in Reader(document["eval"]).read()] == [
        "flatten",
        "dropout",
        "linear",
    ]


def test_a_convolution_over_one_dimension_is_a_layer() -> None:
    model = nn.Sequential(
        nn.Flatten(), nn.Unflatten(1, (1, 784)), nn.Conv1d(1, 4, 9), nn.MaxPool1d(2), nn.Flatten()
    )
    document, _ = capture(model, EXAMPLE)
    kinds = [one["kind"] for one in Reader(document["train"]).read()]
    assert kinds == ["flatten", "conv1d", "max_pool1d", "flatten"]


def test_the_logarithm_of_a_softmax_is_a_log_softmax() -> None:
    class Two(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = nn.Linear(784, 5)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.log(functional.softmax(self.inner(x.flatten(1)), 1) + 1e-9)

    document, _ = capture(Two(), EXAMPLE)
    kinds = [one["kind"] for one in Reader(document["train"]).read()]
    assert kinds == ["flatten", "linear", "log_softmax"]


def test_weights_in_an_einsum_are_a_linear_layer() -> None:
    class Product(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = nn.Parameter(torch.rand(784, 5))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.einsum("bi,ij->bj", x.flatten(1), self.weight)

    document, _ = capture(Product(), EXAMPLE)
    assert "linear" in [one["kind"] for one in Reader(document["train"]).read()]
