"""An unlucky last epoch does not stand for a whole training."""

import pytest

from grader.intake.typical import typical_snapshot

EPOCHS = [f"epoch-{number:05d}" for number in range(16, 21)]


@pytest.mark.parametrize(
    ("accuracies", "final", "chosen"),
    [
        ((0.80, 0.81, 0.79, 0.82, 0.66), 0.66, EPOCHS[0]),
        ((0.80, 0.81, 0.79, 0.82, 0.80), 0.80, "final"),
        ((0.80, 0.81, 0.79, 0.82, 0.83), 0.83, "final"),
        ((0.80, 0.81, 0.79, 0.82, 0.66), 0.82, "final"),
    ],
)
def test_the_final_model_stands_unless_it_falls_below_the_median(
    accuracies: tuple[float, ...], final: float, chosen: str
) -> None:
    known = dict(zip(EPOCHS, accuracies, strict=True)) | {"final": final}
    assert typical_snapshot(known, "final") == chosen


def test_without_epochs_the_final_model_stands() -> None:
    assert typical_snapshot({"final": 0.5}, "final") == "final"


def test_of_two_epochs_the_better_one_is_the_median() -> None:
    known = {"epoch-00001": 0.4, "epoch-00002": 0.6, "final": 0.5}
    assert typical_snapshot(known, "final") == "epoch-00002"
