"""Runs with the network in the wrong mode."""

from builders import CNN, baseline, network, training_pass
from golden import Golden
from trained import run, validation

LAYERS = {"layers": network(*CNN, classes=24)}
POOR = {**LAYERS, "train_accuracy": 0.99, "valid_accuracy": 0.86}
LAB3 = baseline("lab3")
ONLY = ("lab3",)


def epochs(*evaluating: bool) -> dict[str, object]:
    """Training epochs in evaluation mode or not, each with a validation."""
    pairs = [
        (training_pass(i, eval_mode=100 * one), validation(i))
        for i, one in enumerate(evaluating, 1)
    ]
    return {"passes": [one for pair in pairs for one in pair]}


def validated_in_training_mode(accuracy: float | None) -> dict[str, object]:
    """Right training, and validation with dropout."""
    return {"passes": (training_pass(1), validation(1, eval_mode=0, accuracy=accuracy))}


CASES = (
    Golden(
        "eval-mode-in-training",
        run(
            ("    model.train()\n", "    model.eval()\n"),
            measured=POOR,
            heard=epochs(True, True, True),
        ),
        LAB3,
        ONLY,
    ),
    Golden(
        "eval-mode-in-training/left",
        run(("    model.train()\n", ""), measured=POOR, heard=epochs(False, True, True)),
        LAB3,
        ONLY,
    ),
    Golden(
        "train-mode-in-validation",
        run(
            ("    model.eval()\n", ""),
            measured=LAYERS,
            heard=validated_in_training_mode(0.93),
            printed={"valid_accuracy": 0.931},
        ),
        LAB3,
        ONLY,
    ),
    Golden(
        "train-mode-in-validation/unseen",
        run(("    model.eval()\n", ""), measured=LAYERS, heard=validated_in_training_mode(None)),
        LAB3,
        ONLY,
    ),
)
