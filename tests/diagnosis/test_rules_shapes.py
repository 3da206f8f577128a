"""Shapes that do not fit: which of the ways to get there it was."""

import pytest
from student import crashed, heard, names, told

from grader.model.signs import Signs

PRODUCT = "mat1 and mat2 shapes cannot be multiplied"
LAYERS = """
hidden = 512
model = nn.Sequential(
    nn.Linear(28 * 28, hidden),
    nn.Linear(256, 10),
)
"""


@pytest.mark.parametrize(
    ("sizes", "batch", "mistake"),
    [
        ("896x28 and 784x512", 32, "missing-flatten"),
        ("896x28 and 784x512", 0, "missing-flatten"),
        ("784x28 and 784x512", 28, "missing-flatten"),
        ("896x28 and 512x10", 32, "missing-flatten"),
        ("28x28 and 784x10", 0, "missing-flatten"),
        ("7200x3 and 675x512", 0, "missing-flatten"),
        ("1x25088 and 784x512", 32, "missing-flatten"),
        ("32x784 and 512x10", 32, "wrong-input-size"),
        ("32x784 and 512x10", 0, "wrong-input-size"),
        ("32x512 and 784x10", 32, "wrong-input-size"),
        ("64x392 and 784x10", 64, "wrong-input-size"),
        ("16x675 and 225x512", 16, "wrong-input-size"),
        ("1x512 and 256x10", 1, "wrong-input-size"),
    ],
)
def test_pictures_in_rows_are_told_from_a_size_that_is_wrong(
    sizes: str, batch: int, mistake: str
) -> None:
    assert names(crashed(f"addmm: {PRODUCT} ({sizes})", text="", batch_size=batch)) == [mistake]


@pytest.mark.parametrize(
    "message",
    [
        f"{PRODUCT} (32x785 and 784x512)",
        "shape '[-1, 1, 28, 28]' is invalid for input of size 25120",
        "shape '[-1, 784]' is invalid for input of size 25120",
    ],
)
def test_a_number_too_many_is_the_label_and_no_reason_to_widen_a_layer(message: str) -> None:
    assert names(crashed(message, batch_size=32)) == ["label-among-pixels"]


def test_a_reshape_that_fits_no_picture_is_not_put_down_to_the_label() -> None:
    message = "shape '[-1, 1, 32, 32]' is invalid for input of size 25088"
    assert names(crashed(message)) == ["wrong-input-size"]


def test_the_batch_is_known_from_what_was_heard_or_from_the_loaders() -> None:
    message = f"{PRODUCT} (64x392 and 784x10)"
    heard_of = Signs(inputs=heard(64, 784))
    assert names(crashed(message, signs=heard_of)) == ["wrong-input-size"]
    written = "loader = DataLoader(data, batch_size=64)"
    assert names(crashed(message, text=written)) == ["wrong-input-size"]


def test_the_layer_is_found_by_its_sizes_as_they_are_written() -> None:
    first, last = (
        told(crashed(f"{PRODUCT} ({sizes})", text=LAYERS, batch_size=32))[0].where
        for sizes in ("32x900 and 784x512", "32x512 and 256x10")
    )
    assert (first and first.line, last and last.line) == (3, 4)


def test_without_such_a_layer_the_line_is_the_one_that_failed() -> None:
    (one,) = told(crashed(f"{PRODUCT} (32x900 and 100x10)", line=17, text=LAYERS, batch_size=32))
    assert one.where is not None
    assert one.where.line == 17


def test_a_channel_that_is_missing_is_told_from_maps_that_do_not_fit() -> None:
    said = "Given groups=1, weight of size [{}], expected input[{}] to have {} channels, but got {}"
    missing = said.format("25, 1, 3, 3", "1, 32, 28, 28", 1, "32 channels instead")
    last = said.format("25, 1, 3, 3", "32, 28, 28, 1", 1, "28 channels instead")
    maps = said.format("50, 25, 3, 3", "32, 30, 14, 14", 25, "30 channels instead")
    titles = [told(crashed(message))[0].title for message in (missing, last, maps)]
    assert titles[0] == titles[1] == "The pictures have the wrong shape"
    assert titles[2] == "A convolution has the wrong number of channels"


def test_labels_of_another_batch_are_no_matter_of_shape() -> None:
    message = "Expected input batch_size (32) to match target batch_size (20)."
    assert "wrong-input-size" not in names(crashed(message, type="ValueError"))


def test_an_error_that_says_something_else_is_none_of_these() -> None:
    assert names(crashed("Boolean value of Tensor with more than one value is ambiguous")) == []
