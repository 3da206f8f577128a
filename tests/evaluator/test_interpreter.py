"""A captured graph, interpreted elsewhere, answers exactly as the live model does."""

import json
from typing import Any

import pytest
import torch
from torch import nn

from grader.evaluator.interpreter import Program
from grader.evaluator.layers import Reader
from grader.evaluator.operators import Refused
from grader.probe.capture import capture, state, training_flags
from grader.probe.outbox import finite


class Autocast(nn.Module):
    """A forward with its own precision and gradient blocks."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = nn.Linear(784, 5)
        self.register_buffer("mean", torch.full((1,), 0.3), persistent=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Subtract a buffer and a constant, then classify without gradients."""
        x = x.reshape(x.size(0), -1) - self.mean - torch.tensor([0.1])
        with torch.no_grad():
            return self.inner(x)


def cnn() -> nn.Module:
    """The kind of network lab 3 teaches."""
    return nn.Sequential(
        nn.Conv2d(1, 6, 3, padding=1),
        nn.BatchNorm2d(6),
        nn.ReLU(inplace=True),
        nn.Dropout(0.2),
        nn.MaxPool2d(2),
        nn.Conv2d(6, 8, 3, padding="same"),
        nn.GELU(),
        nn.AdaptiveAvgPool2d(3),
        nn.Flatten(),
        nn.LayerNorm(72),
        nn.Linear(72, 5),
        nn.LogSoftmax(dim=1),
    )


MODELS = {
    "mlp": lambda: nn.Sequential(nn.Flatten(), nn.Linear(784, 9), nn.Sigmoid(), nn.Linear(9, 5)),
    "cnn": cnn,
    "autocast": Autocast,
    "softmax": lambda: nn.Sequential(nn.Flatten(), nn.Linear(784, 5), nn.Softmax(dim=1)),
}


def captured(model: nn.Module) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
    """Capture ``model`` and send the graph through JSON, as the outbox does."""
    document, constants = capture(model, (torch.rand(8, 1, 28, 28),))
    return json.loads(json.dumps(finite(document))), {**constants, **state(model)}


@pytest.mark.parametrize("name", MODELS)
def test_the_graph_answers_as_the_model(name: str) -> None:
    model, images = MODELS[name](), torch.rand(11, 1, 28, 28)
    graph, tensors = captured(model)
    with torch.no_grad(), training_flags(model, False):
        expected = model(images)
    assert torch.equal(Program(graph["eval"], tensors, "cpu").logits(images), expected)


def test_an_operator_outside_the_list_is_refused_by_name() -> None:
    class Strange(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.cumsum(x.flatten(1), 1)[:, :5]

    graph, tensors = captured(Strange())
    with pytest.raises(Refused, match="cumsum"):
        Program(graph["eval"], tensors, "cpu")


@pytest.mark.parametrize("target", ["aten.save", "os.system", "aten.__class__.default", "eval"])
def test_nothing_but_listed_operators_is_ever_looked_up(target: str) -> None:
    node = {"name": "a", "op": "call", "target": target, "args": [], "kwargs": {}}
    with pytest.raises(Refused):
        Program({"nodes": [node], "outputs": []}, {}, "cpu")


def test_weights_that_lack_a_tensor_are_refused() -> None:
    graph, _ = captured(MODELS["mlp"]())
    with pytest.raises(Refused, match=r"1\.weight"):
        Program(graph["eval"], {}, "cpu")


def test_an_output_that_is_no_row_of_scores_is_refused() -> None:
    class Scalar(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x.flatten(1).sum(1)

    graph, tensors = captured(Scalar())
    with pytest.raises(Refused, match="class scores"):
        Program(graph["eval"], tensors, "cpu").logits(torch.rand(4, 1, 28, 28))


def layers(model: nn.Module) -> list[dict[str, Any]]:
    return Reader(captured(model)[0]["train"]).read()


def test_layers_are_read_with_their_settings() -> None:
    found = layers(cnn())
    assert [layer["kind"] for layer in found] == [
        *("conv2d", "batch_norm", "relu", "dropout", "max_pool2d"),
        *("conv2d", "gelu", "adaptive_avg_pool2d", "flatten", "layer_norm"),
        *("linear", "log_softmax"),
    ]
    assert found[0]["settings"] == {
        "in": 1,
        "out": 6,
        "kernel": [3, 3],
        "stride": [1, 1],
        "padding": [1, 1],
    }
    assert found[3]["settings"] == {"p": 0.2}
    assert found[10]["settings"] == {"in": 72, "out": 5, "bias": True}
    assert found[10]["shape"] == [5]


def test_a_class_that_lies_about_its_name_gains_nothing() -> None:
    conv2d = type("Conv2d", (nn.Linear,), {})
    model = nn.Sequential(nn.Flatten(), conv2d(784, 5))
    assert [layer["kind"] for layer in layers(model)] == ["flatten", "linear"]


def test_a_view_that_flattens_is_a_flatten_layer() -> None:
    class Viewing(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.out = nn.Linear(784, 5)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.out(x.view(-1, 784))

    assert [layer["kind"] for layer in layers(Viewing())] == ["flatten", "linear"]


def test_a_weight_multiplied_by_hand_is_a_linear_layer() -> None:
    class Manual(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = nn.Parameter(torch.rand(784, 5))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x.flatten(1) @ self.weight

    linear = layers(Manual())[-1]
    assert (linear["kind"], linear["settings"]["out"]) == ("linear", 5)


def test_dropout_that_is_off_in_training_is_no_layer() -> None:
    class Off(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.out = nn.Linear(784, 5)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.out(nn.functional.dropout(x.flatten(1), 0.5, training=False))

    assert "dropout" not in [layer["kind"] for layer in layers(Off())]
