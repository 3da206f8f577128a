"""Modes matter where a layer depends on them."""

from builders import CNN, baseline, network, training_pass
from trained import run, suspicions, told, validation

LAYERS = {"layers": network(*CNN, classes=24)}
LAB3 = baseline("lab3")
WRONG = {"passes": (training_pass(1, eval_mode=100), validation(1, eval_mode=0))}


def test_modes_do_not_matter_to_a_network_without_dropout_and_normalisation() -> None:
    assert suspicions(run(heard=WRONG)) == []


def test_both_modes_may_be_wrong() -> None:
    poor = {**LAYERS, "train_accuracy": 0.5, "valid_accuracy": 0.5}
    both = {"eval-mode-in-training", "train-mode-in-validation"}
    assert both <= set(told(run(measured=poor, heard=WRONG), LAB3))


def test_dropout_that_is_always_on_is_not_a_matter_of_modes() -> None:
    always = {
        "layers": network("flatten", "linear", "relu", "dropout", "linear"),
        "always_dropout": True,
    }
    assert "train-mode-in-validation" not in suspicions(run(measured=always, heard=WRONG), LAB3)


def test_a_look_at_some_images_in_training_mode_is_no_validation() -> None:
    passes = (training_pass(1), validation(1), validation(None, eval_mode=0))
    assert suspicions(run(measured=LAYERS, heard={"passes": passes}), LAB3) == []


def test_a_forward_call_in_evaluation_mode_between_steps_is_no_mode() -> None:
    passes = (training_pass(1, eval_mode=10), validation(1))
    assert suspicions(run(measured=LAYERS, heard={"passes": passes}), LAB3) == []
