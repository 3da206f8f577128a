"""Weights that begin alike, or stay as they are."""

from typing import Any

import pytest
from builders import baseline, layer
from trained import CHANCE, LOW, NOTHING_MOVED, passes, run, suspicions, told

from grader.diagnosis import diagnose, load_wording
from grader.model.evidence import Weight

LINE = "loss_function = nn.CrossEntropyLoss()\n"


def scheduled(how: str) -> tuple[str, str]:
    """The program with a schedule of the rate."""
    return LINE, f"{LINE}schedule = torch.optim.lr_scheduler.{how}\n"


def test_a_last_layer_that_begins_with_zeros_is_right_where_the_network_learns() -> None:
    assert suspicions(run(signs={"equal": ("5.weight",)})) == []


def test_an_older_result_shows_weights_that_stayed_alike() -> None:
    alike = (Weight(name="1.weight", size=100, spread=0.0), Weight(name="1.bias", size=9, spread=0))
    assert told(run(measured={**CHANCE, "weights": alike})) == ["weights-all-equal"]


def test_weights_of_a_normalisation_may_be_alike() -> None:
    norm = layer("batch_norm").model_copy(update={"module": "1"})
    alike = (Weight(name="1.weight", size=25, spread=0.0),)
    assert suspicions(run(measured={**CHANCE, "weights": alike, "layers": (norm,)})) == []


def test_weights_that_moved_are_not_told_of() -> None:
    assert suspicions(run(measured=CHANCE)) == []


def test_a_cause_that_is_known_is_told_instead() -> None:
    still = CHANCE | NOTHING_MOVED
    assert told(run(measured=still)) == ["weights-never-change"]
    signs = {"owned": "none", "empty_steps": 500}
    assert told(run(measured=still, signs=signs)) == ["optimizer-of-another-model"]
    heard = {"learning_rate": 0.0}
    assert told(run(measured=still, heard=heard)) == ["weights-never-change"]


def test_a_rate_that_ends_at_0_is_a_mistake_only_where_nothing_was_learned() -> None:
    zero = {"signs": {"last_rate": 0.0}, "measured": CHANCE}
    falls, stays = passes(2.0, 1.0, 0.5), passes(2.3, 2.3, 2.3)
    times_0 = scheduled("ExponentialLR(optimizer, gamma=0)")
    assert told(run(times_0, heard={"passes": stays}, **zero)) == ["weights-never-change"]
    assert told(run(times_0, heard={"passes": falls}, **zero)) == []


def test_weights_that_are_loaded_before_the_training_are_not_put_back() -> None:
    text = 'model.load_state_dict(torch.load("model.pt"))\n'
    before = ("def train", text + "def train")
    function = ("def train", f"def restore():\n    {text}\n\ndef train")
    after = ("    validate()\n", f"    validate()\n{text}")
    told = [
        diagnose(run(one, measured=CHANCE | NOTHING_MOVED), baseline(), load_wording())[0].title
        for one in (before, function, after)
    ]
    assert told == ["No weight ever changed"] * 2 + ["The old weights are put back"]


@pytest.mark.parametrize(
    "schedule",
    [
        "CosineAnnealingLR(optimizer, 5)",
        "LinearLR(optimizer, 1, 0, total_iters=5)",
        "LambdaLR(optimizer, lambda epoch: 1 - epoch / 5)",
        "OneCycleLR(optimizer, 1e-3, total_steps=5)",
    ],
)
def test_a_schedule_that_ends_at_0_is_not_to_blame_for_another_mistake(schedule: str) -> None:
    heard = {"passes": passes(2.24, 2.2, 2.19, 2.18, 2.17)}
    signs = {"last_rate": 0.0, "probabilities": "softmax"}
    found = run(scheduled(schedule), measured=LOW, heard=heard, signs=signs)
    assert suspicions(found) == ["softmax-before-loss"]


def test_weights_that_a_first_step_should_have_moved_do_not_stand_still_for_a_schedule() -> None:
    cosine = scheduled("CosineAnnealingLR(optimizer, 5)")
    found = run(cosine, measured=CHANCE | NOTHING_MOVED, signs={"last_rate": 0.0})
    (one,) = diagnose(found, baseline(), load_wording())
    assert one.title == "No weight ever changed"


@pytest.mark.parametrize("measured", [CHANCE, None])
def test_a_last_layer_that_begins_with_zeros_is_never_the_reason(
    measured: dict[str, Any] | None,
) -> None:
    found = run(measured=measured, signs={"equal": ("3.weight",)})
    found = found if measured else found.model_copy(update={"measurements": None})
    assert suspicions(found) == []


def test_a_last_layer_of_zeros_beside_another_is_told_of() -> None:
    layers = [layer("linear").model_copy(update={"module": one}) for one in ("1", "3")]
    low = {"measured": CHANCE | {"layers": tuple(layers)}}
    assert told(run(signs={"equal": ("1.weight", "3.weight")}, **low)) == ["weights-all-equal"]
    assert told(run(signs={"equal": ("1.weight",)}, **low)) == ["weights-all-equal"]
    assert told(run(signs={"equal": ("3.weight",)}, **low)) == []
