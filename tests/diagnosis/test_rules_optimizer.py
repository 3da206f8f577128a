"""Whose weights the optimizer holds, and how far it steps: an unusual rate may be right."""

from typing import Any

import pytest
from builders import baseline, trace
from trained import CHANCE, LOW, NOTHING_MOVED, passes, run, suspicions, told

from grader.diagnosis import diagnose, load_wording
from grader.model.evidence import Weight

ADAM = "optimizer = torch.optim.Adam(model.parameters())\n"
EPOCH = "    train()\n"
REMADE = (EPOCH, f"    {ADAM}{EPOCH}")
FALLING = passes(2.2, 1.9, 1.6, 1.4, 1.3)
FLAT = passes(2.4, 2.3, 2.3, 2.3, 2.3)


def steps(optimizer: str, rate: float, momentum: float | None = None, **signs: Any) -> dict:
    """What was heard of a training with that optimizer."""
    return {
        "heard": {"optimizer": optimizer, "learning_rate": rate, "passes": FALLING},
        "signs": {"momentum": momentum, **signs},
    }


@pytest.mark.parametrize(
    ("optimizer", "rate", "momentum"),
    [
        ("Adam", 0.02, None),
        ("Adam", 2e-5, None),
        ("SGD", 1.0, 0.0),
        ("SGD", 0.01, 0.0),
        ("SGD", 0.3, 0.9),
        ("RMSprop", 0.01, None),
        ("Adadelta", 1.0, None),
        ("Muon", 5.0, None),
        ("Adagrad", 1.0, None),
    ],
)
def test_a_rate_is_right_where_the_network_learns(
    optimizer: str, rate: float, momentum: float | None
) -> None:
    assert suspicions(run(**steps(optimizer, rate, momentum))) == []


@pytest.mark.parametrize(
    ("optimizer", "rate", "momentum", "name"),
    [
        ("Adam", 1.0, None, ["rate-too-high"]),
        ("Adam", 0.01, None, ["rate-too-high"]),
        ("Adam", 0.001, None, []),
        ("Adam", 1e-5, None, ["rate-too-low"]),
        ("AdamW", 0.0, None, ["rate-too-low"]),
        ("SGD", 1.0, 0.0, ["rate-too-high"]),
        ("SGD", 0.1, 0.9, ["rate-too-high"]),
        ("SGD", 0.1, 0.0, []),
        ("SGD", 0.01, 0.0, ["plain-sgd"]),
        ("SGD", 0.001, 0.0, ["plain-sgd"]),
        ("SGD", 0.0001, 0.0, ["rate-too-low"]),
        ("SGD", 0.001, 0.9, []),
        ("SGD", 0.0001, 0.9, ["rate-too-low"]),
        ("Muon", 5.0, None, []),
    ],
)
def test_where_little_was_learned_the_rate_decides(
    optimizer: str, rate: float, momentum: float | None, name: list[str]
) -> None:
    assert told(run(measured=LOW, **steps(optimizer, rate, momentum))) == name


def test_momentum_is_read_in_the_code_where_nothing_was_heard_of_it() -> None:
    made = "torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)"
    change = ("torch.optim.Adam(model.parameters())", made)
    assert told(run(change, measured=LOW, **steps("SGD", 0.01))) == []


def test_a_loss_that_does_not_fall_is_not_for_more_epochs_of_plain_sgd() -> None:
    heard = {"optimizer": "SGD", "learning_rate": 0.01, "passes": FLAT}
    assert told(run(measured=LOW, heard=heard, signs={"momentum": 0.0})) == []


def test_a_rate_far_too_high_explains_nan_dead_units_and_explosions() -> None:
    heard = {"learning_rate": 10.0, "passes": FLAT}
    signs = {"losses": (2.3, None), "last_rate": 10.0}
    found = run(measured={**CHANCE, "finite": False}, heard=heard, signs=signs)
    assert "loss-not-a-number" in suspicions(found)
    assert told(found) == ["rate-too-high"]


def test_a_schedule_that_ends_at_nothing_is_right() -> None:
    assert suspicions(run(signs={"last_rate": 0.0})) == []
    assert told(run(measured=LOW, heard={"passes": FALLING}, signs={"last_rate": 0.0})) == []


def test_weights_that_are_frozen_by_design_are_right() -> None:
    assert suspicions(run(signs={"frozen": ("1.weight",)})) == []


def test_a_whole_frozen_network_is_frozen_and_not_under_no_grad() -> None:
    names = ("1.weight", "1.bias")
    weights = tuple(Weight(name=one, size=9, spread=0.1, moved=0.0) for one in names)
    found = run(
        measured=CHANCE | NOTHING_MOVED | {"weights": weights},
        heard={"without_gradients": True},
        signs={"frozen": names, "order": "fLBS" * 40, "empty_steps": 500, "from_model": False},
    )
    assert told(found)[0] == "frozen-layers"
    assert "training-without-gradients" not in told(found)


def test_two_networks_that_are_trained_in_turn_are_no_rebuilding() -> None:
    assert suspicions(run(measured=LOW, signs={"rebuilt": 1, "optimizers": 2})) == []
    ten = {"passes": (*trace(5).passes, *trace(5).passes)}
    assert told(run(measured=LOW, heard=ten, signs={"rebuilt": 2, "optimizers": 3})) == []


def test_a_network_that_is_rebuilt_explains_a_new_optimizer() -> None:
    found = run(measured=LOW, signs={"rebuilt": 4, "optimizers": 5, "owned": "some"})
    assert told(found) == ["model-rebuilt"]


def test_an_optimizer_for_every_epoch_is_right_where_the_network_learns() -> None:
    assert suspicions(run(REMADE, signs={"optimizers": 5})) == []
    assert told(run(REMADE, measured=LOW, signs={"optimizers": 5})) == ["optimizer-rebuilt"]


@pytest.mark.parametrize(
    "changes",
    [
        ((ADAM, "new = lambda: torch.optim.Adam(model.parameters())\n"), (EPOCH, "new()")),
        (
            (ADAM, "def new():\n    return torch.optim.Adam(model.parameters())\n"),
            ("def train():\n", "def train():\n    optimizer = new()\n"),
        ),
    ],
)
def test_an_optimizer_is_made_again_where_a_function_does_it(changes: Any) -> None:
    first, (old, new) = changes
    second = (old, new) if old != EPOCH else (EPOCH, f"    optimizer = {new}\n{EPOCH}")
    found = run(first, second, measured=LOW, signs={"optimizers": 5})
    assert told(found) == ["optimizer-rebuilt"]


@pytest.mark.parametrize(
    "made",
    [
        "optimizers = [torch.optim.Adam(one.parameters()) for one in model]\n",
        "for one in model:\n    optimizers.append(torch.optim.Adam(one.parameters()))\n",
    ],
)
def test_an_optimizer_for_each_layer_is_made_once(made: str) -> None:
    assert suspicions(run((ADAM, made), measured=LOW, signs={"optimizers": 6})) == []


@pytest.mark.parametrize(
    "schedule",
    ["OneCycleLR(optimizer, 1e-3, total_steps=940)", "LambdaLR(optimizer, warm_up)"],
)
@pytest.mark.parametrize("optimizer", ["Adam", "SGD"])
def test_a_rate_that_rises_in_between_is_not_called_low(schedule: str, optimizer: str) -> None:
    change = (ADAM, f"{ADAM}schedule = {schedule}\n")
    heard = steps(optimizer, 4e-5 if optimizer == "Adam" else 4e-3, 0.0, last_rate=4e-9)
    assert suspicions(run(change, measured=LOW, **heard)) == []


def test_a_rate_that_is_set_by_hand_is_not_called_low() -> None:
    by_hand = (EPOCH, f"    optimizer.param_groups[0]['lr'] = rate(epoch)\n{EPOCH}")
    assert suspicions(run(by_hand, measured=LOW, **steps("Adam", 1e-5))) == []


def test_a_low_rate_that_only_falls_is_low() -> None:
    change = (ADAM, f"{ADAM}schedule = StepLR(optimizer, 1)\n")
    heard = steps("Adam", 1e-6, last_rate=1e-9)
    assert told(run(change, measured=LOW, **heard)) == ["rate-too-low"]


def test_a_run_that_was_never_measured_says_nothing_of_rates() -> None:
    found = run(**steps("Adam", 1.0)).model_copy(update={"measurements": None})
    assert told(found, baseline()) == []


def test_the_name_that_a_rate_is_given_by_is_to_be_changed() -> None:
    text = "def fresh(rate):\n    return torch.optim.Adam(model.parameters(), lr=rate)\n\n"
    given = (ADAM, f"{text}optimizer = fresh(rate=1.0)\n")
    heard = {"learning_rate": 1.0, "passes": passes(9.1, 2.4, 2.3, 2.3, 2.3)}
    (one,) = diagnose(run(given, measured=LOW, heard=heard), baseline(), load_wording())
    assert one.fix == "Set the learning rate to 0.001: change rate in line 12 of lab.py."


@pytest.mark.parametrize(
    ("before", "called"),
    [
        ("make = lambda: torch.optim.Adam(model.parameters())\n", "make()"),
        ("def make():\n    return torch.optim.Adam(model.parameters())\n", "make()"),
        ("", "torch.optim.Adam(model.parameters())"),
    ],
)
def test_an_optimizer_is_made_again_where_the_loop_asks_for_it(before: str, called: str) -> None:
    loop = ("range(5):\n", f"range(5):\n    optimizer = {called}\n")
    found = run((ADAM, before), loop, measured=LOW, signs={"optimizers": 5})
    (one,) = diagnose(found, baseline(), load_wording())
    assert one.where is not None
    lines = found.source.code[0].text.splitlines()
    assert lines[(one.where.line or 0) - 1] == f"    optimizer = {called}"
