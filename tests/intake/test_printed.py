"""Accuracies a submission printed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.intake.printed import read_printed


def accuracies(text):
    found = read_printed(text)
    return found.train_accuracy, found.valid_accuracy


@pytest.mark.parametrize(
    ("text", "train", "valid"),
    [
        ("Train - Loss: 62.9815 Accuracy: 0.9889", 0.9889, None),
        ("Valid - Loss: 23.5591 Accuracy: 0.9798", None, 0.9798),
        ("Val - Loss: 23.5 Accuracy: 0.97", None, 0.97),
        ("Validate - Loss: 23.5 Accuracy: 0.97", None, 0.97),
        ("Validation - Loss: 23.5 Accuracy: 0.97", None, 0.97),
        ("train loss=0.31 accuracy=0.91", 0.91, None),
        ("valid loss=0.31 accuracy=0.91", None, 0.91),
        ("Train - Loss:62.9 Accuracy:0.98", 0.98, None),
        ("Train Accuracy: 98.9%, Val Accuracy: 97.9 %", 0.989, 0.979),
        ("Train Acc: 98.9 | Test Acc: 97.9", 0.989, 0.979),
        ("Epoch 1: train loss 0.3 acc 0.9 val loss 0.4 acc 0.8", 0.9, 0.8),
        ("train_acc: 0.91 val_acc: 0.82", 0.91, 0.82),
        ("train_accuracy=0.91, val_accuracy=0.82", 0.91, 0.82),
        ("training accuracy .91", 0.91, None),
        ("Train accuracy: 1.0", 1.0, None),
        ("Train accuracy: 1", 1.0, None),
        ("Train accuracy: 100%", 1.0, None),
        ("Train accuracy: 0.9779%", 0.9779, None),
        ("TRAIN ACCURACY: 0.9", 0.9, None),
        ("Training\n  Accuracy: 0.9", None, None),
        ("Train accuracy: 0.9\nValidation\n  Accuracy: 0.8", 0.9, None),
        ("Accuracy: 0.9", None, None),
        ("Train - Loss: 62.9", None, None),
        ("Train accuracy: nan", None, None),
        ("Train accuracy: 150%", None, None),
        ("Train accuracy is good", None, None),
        ("", None, None),
    ],
)
def test_the_usual_ways_of_printing_are_read(text, train, valid):
    assert accuracies(text) == (
        None if train is None else pytest.approx(train),
        None if valid is None else pytest.approx(valid),
    )


@pytest.mark.parametrize(
    "text",
    [
        "Validation accuracy on the 10000 test images: 97 %",
        "Test set: Average loss: 0.03, Accuracy: 9913/10000 (99%)",
        "Valid accuracy: 57/600",
        "Valid accuracy on 7172 images",
    ],
)
def test_a_count_of_images_is_no_accuracy(text):
    assert accuracies(text) == (None, None)


def test_the_last_of_each_kind_counts():
    epochs = [f"Epoch {i}\nTrain - Accuracy: 0.{i}\nValid - Accuracy: 0.{i}5" for i in range(1, 10)]
    assert accuracies("\n".join(epochs)) == (0.9, 0.95)


def test_endless_output_is_read_from_its_end():
    text = "x" * 5_000_000 + "\nValid accuracy: 0.9"
    assert accuracies(text) == (None, 0.9)


alphabet = st.sampled_from(
    [*"0123456789.%:/=\n -()", "accuracy", "Train", "valid", "acc", "val_acc", "²", "٣", "\x00"]
)


@given(st.text() | st.lists(alphabet, max_size=30).map("".join))
def test_no_text_makes_the_reading_fail(text):
    for value in accuracies(text):
        assert value is None or 0 <= value <= 1
