"""Losses and gradients that go astray, beside those of networks that learn."""

from typing import Any

import pytest
from builders import baseline
from trained import CHANCE, LOW, gradients, run, suspicions, told

from grader.diagnosis import diagnose, load_wording
from grader.model.evidence import Evidence, Units

FUNCTION = "loss_function = nn.CrossEntropyLoss()\n"

USUAL = gradients(("1.weight", 0.29, 13.1), ("3.weight", 0.22, 13.1), ("5.weight", 0.2, 1.8))
TORN = gradients(("1.weight", 900.0, 13.1), ("3.weight", 40.0, 13.1), ("5.weight", 3.0, 1.8))
FADED = gradients(("1.weight", 1e-7, 13.1), ("3.weight", 1e-3, 13.1), ("5.weight", 0.2, 1.8))
DEAD = (Units(kind="relu", units=512, dead=500),)


def test_odd_gradients_and_dead_units_are_right_where_the_network_learns() -> None:
    for signs in ({"first_gradients": TORN}, {"first_gradients": FADED}):
        assert suspicions(run(signs=signs)) == []
    assert suspicions(run(measured={"units": DEAD})) == []


def test_usual_gradients_and_a_few_dead_units_are_not_the_reason() -> None:
    few = {**LOW, "units": (Units(kind="relu", units=512, dead=200),)}
    assert suspicions(run(measured=few, signs={"first_gradients": USUAL})) == []


def test_a_first_gradient_of_nothing_vanishes_too() -> None:
    none = gradients(("1.weight", 0.0, 13.1), ("3.weight", 0.0, 13.1), ("5.weight", 0.2, 1.8))
    assert told(run(measured=LOW, signs={"first_gradients": none})) == ["vanishing-gradients"]


def test_dead_units_explain_that_gradients_vanish() -> None:
    dead = {**LOW, "units": DEAD}
    assert told(run(measured=dead, signs={"first_gradients": FADED})) == ["dead-relus"]


def test_a_softmax_before_the_loss_explains_that_gradients_vanish() -> None:
    heard = {"signs": {"first_gradients": FADED, "probabilities": "softmax"}}
    assert told(run(measured=LOW, **heard)) == ["softmax-before-loss"]


def test_nan_explains_what_gradients_did_before() -> None:
    signs = {"first_gradients": TORN, "losses": (2.3, None)}
    assert told(run(measured={**CHANCE, "finite": False}, signs=signs)) == ["loss-not-a-number"]


def test_a_loss_that_is_no_number_before_any_step_is_not_the_rates_fault() -> None:
    broken = {**CHANCE, "finite": False}
    known = {"dtype": "float32", "shape": (32, 10)}
    for finite, where in ((False, "layers or forward()"), (True, "the loss itself")):
        signs = {"losses": (None, None), "outputs": known | {"finite": finite}}
        (one,) = diagnose(run(measured=broken, signs=signs), baseline(), load_wording())
        assert where in one.explanation
        assert "learning rate is not the reason" in one.explanation


def test_a_usual_rate_is_at_most_likely_to_make_a_loss_no_number() -> None:
    broken = {"measured": {**CHANCE, "finite": False}, "signs": {"losses": (2.3, None)}}
    for rate, sure in ((0.001, "likely"), (0.005, "certain")):
        found = run(heard={"learning_rate": rate}, **broken)
        (one,) = diagnose(found, baseline(), load_wording())
        assert (one.id, one.confidence) == ("loss-not-a-number", sure)


def sgd(**signs: Any) -> Evidence:
    heard = {"optimizer": "SGD", "learning_rate": 0.01}
    return run(measured=LOW, heard=heard, signs={"momentum": 0.9} | signs)


def test_gradients_explode_beside_weights_and_not_beside_zeros() -> None:
    assert told(sgd(first_gradients=TORN)) == ["exploding-gradients"]
    zeros = gradients(("1.weight", 0.29, 13.1), ("1.bias", 0.3, 0.003), ("3.weight", 0.2, 0.002))
    assert suspicions(sgd(first_gradients=zeros, equal=("3.weight",))) == []


def test_steps_of_adam_do_not_grow_with_the_gradient() -> None:
    assert suspicions(run(measured=LOW, signs={"first_gradients": TORN})) == []


@pytest.mark.parametrize(
    "line",
    [
        "average.mul_(0.99).add_(model[1].weight, alpha=0.01)",
        "average.weight.data.mul_(0.99)",
        "x = x + torch.empty_like(x).normal_()",
        "nn.init.xavier_normal_(model[1].weight)",
        "nn.init.normal_(model[1].weight, std=0.02)",
    ],
)
def test_averages_noise_and_usual_first_values_are_not_large_ones(line: str) -> None:
    found = run((FUNCTION, f"{FUNCTION}{line}\n"), measured=LOW, signs={"first_gradients": TORN})
    assert suspicions(found) == []


@pytest.mark.parametrize(
    "line",
    [
        "model[1].weight.data.mul_(10)",
        "model[1].weight.data.normal_()",
        "nn.init.uniform_(model[1].weight, -10, 10)",
        "for one in model.parameters():\n    one.data.normal_(0, 5)",
        "w = nn.Parameter(torch.empty(784, 512).normal_())",
        "w = nn.Parameter(first)\nw.data.normal_()",
    ],
)
def test_large_first_values_make_gradients_explode(line: str) -> None:
    found = run((FUNCTION, f"{FUNCTION}{line}\n"), measured=LOW, signs={"first_gradients": TORN})
    (one,) = diagnose(found, baseline(), load_wording())
    assert "large first values" in one.explanation


def test_a_logarithm_beside_a_loss_of_torchs_own_is_not_the_reason() -> None:
    entropy = ("    print(correct / len(train_set))", "    print(torch.log(output).sum())")
    found = run(entropy, measured={**CHANCE, "finite": False}, signs={"losses": (None,)})
    assert told(found) == ["loss-not-a-number"]


MADE = "loss_function = nn.CrossEntropyLoss()\n"


@pytest.mark.parametrize(
    ("text", "lines", "removed"),
    [
        ("nn.init.constant_(model[1].bias, -9)\n", "line 9", "these lines"),
        ("model[1].bias.data -= 9\nmodel[3].bias.data -= 9\n", "lines 9 and 10", "these lines"),
        (
            "with torch.no_grad():\n    for p in model.parameters():\n        p.fill_(-1)\n",
            "line 11",
            "the whole block (lines 9, 10 and 11 of lab.py)",
        ),
        (
            "for p in model.parameters():\n    p.data = -p.data.abs()\n    print(p)\n",
            "line 10",
            "these lines",
        ),
    ],
)
def test_all_lines_that_set_weights_are_named(text: str, lines: str, removed: str) -> None:
    found = run((MADE, MADE + text), measured={**LOW, "units": DEAD})
    (one,) = diagnose(found, baseline(), load_wording())
    assert f"({lines} of lab.py) cause that" in one.explanation
    assert one.fix == f"Remove {removed}; PyTorch chooses small random values."


@pytest.mark.parametrize(
    "text",
    [
        "nn.init.kaiming_normal_(model[1].weight)\nnn.init.zeros_(model[1].bias)\n",
        "train_set.data = train_set.data / 255\n",
        "model[3].weight = model[1].weight\n",
        "class Own(nn.Module):\n    def __init__(self):\n"
        "        self.weight = nn.Parameter(torch.randn(9))\n",
        "def update():\n    for p in model.parameters():\n        p.data -= 0.1 * moved[p]\n",
    ],
)
def test_usual_beginnings_do_not_kill_units(text: str) -> None:
    update = ("        optimizer.step()\n", "        optimizer.step()\n        update()\n")
    found = run((MADE, MADE + text), update, measured={**LOW, "units": DEAD})
    (one,) = diagnose(found, baseline(), load_wording())
    assert "first values" not in one.explanation
