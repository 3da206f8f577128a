"""Dropout where it helps, and where it does not."""

import pytest
from builders import CNN, evidence, measurements, network, statistic
from student import effects, lab3, linear, names, plain, ran

from grader.model.evidence import Evidence
from grader.model.signs import Signs

LOW = {"train_accuracy": 0.5, "valid_accuracy": 0.5}
CONVOLUTIONS = (plain("conv2d"), plain("relu"), plain("flatten"), linear(675, 24))


def dropping(rate: float, **measured: object) -> Evidence:
    layers = (linear(784, 512), plain("relu"), plain("dropout", p=rate), linear(512, 10))
    return ran("", layers=layers, **measured)


@pytest.mark.parametrize("rate", [0.0, 0.2, 0.5, 0.6])
def test_usual_rates_are_no_mistake(rate: float) -> None:
    assert names(dropping(rate, **LOW)) == []


def test_a_strong_one_that_did_no_harm_is_no_mistake() -> None:
    assert names(dropping(0.75)) == []
    assert effects(dropping(0.8, **LOW)) == [("dropout-too-strong", "lowers")]


def test_the_references_dropout_before_its_last_activation_is_none_on_the_output() -> None:
    layers = network(*CNN, classes=24)
    run = ran("", layers=layers, classes=24, train_accuracy=0.7, valid_accuracy=0.7)
    assert names(run, lab3()) == []


def memorising(text: str = "", weight_decay: float = 0.0, **measured: object) -> Evidence:
    known = {"layers": CONVOLUTIONS, "classes": 24, "train_accuracy": 1.0, "valid_accuracy": 0.87}
    return ran(text, Signs(weight_decay=weight_decay), **known | measured)


def test_a_network_without_anything_against_memorising_that_memorises_is_told() -> None:
    assert names(memorising(), lab3()) == ["no-regularisation"]


@pytest.mark.parametrize(
    "run",
    [
        memorising(valid_accuracy=0.96),
        memorising(train_accuracy=0.88),
        memorising(weight_decay=0.01),
        memorising("augment = v2.Compose([v2.RandomRotation(5)])"),
        memorising("optimizer = AdamW(model.parameters(), weight_decay=0.1)"),
        memorising(layers=(linear(784, 512), plain("relu"), linear(512, 24))),
        memorising(layers=(*CONVOLUTIONS[:3], plain("dropout", p=0.2), CONVOLUTIONS[3])),
    ],
    ids=["no gap", "no learning", "decay", "augmented", "decay written", "no pictures", "dropout"],
)
def test_other_networks_are_not_sent_after_dropout(run: Evidence) -> None:
    assert names(run, lab3()) == []


def test_where_the_reference_overfits_by_design_nobody_is_told_so() -> None:
    overfits = {"robust_valid_accuracy": statistic(0.81, 0.01), "gap": statistic(0.19, 0.01)}
    run = ran("", train_accuracy=1.0, valid_accuracy=0.7)
    assert names(run, lab3(layers=network("linear", "relu", "linear"), **overfits)) == []


def dropout_in(line: str) -> Evidence:
    text = f"""
        class Net(nn.Module):
            def forward(self, x):
                x = {line}
                return self.last(x)
    """
    return ran(text, always_dropout=True)


def test_the_line_that_keeps_dropout_on_is_named() -> None:
    titled = {line: effects(dropout_in(line)) for line in ("F.dropout(x)", "nn.Dropout()(x)")}
    assert set(map(tuple, titled.values())) == {(("dropout-always-on", "harmless"),)}


def test_a_dropout_that_listens_is_not_taken_for_the_one_that_does_not() -> None:
    run = dropout_in("F.dropout(x, 0.2, self.training)")
    assert names(run) == ["dropout-always-on"]
    look = run.model_copy(update={"measurements": measurements()})
    assert names(look) == []


def test_a_run_without_measurements_is_not_suspected() -> None:
    assert names(evidence(measurements=None)) == []
