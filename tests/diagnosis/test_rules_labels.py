"""Labels: whose they are, and in which form."""

import pytest
from student import (
    LOOPS,
    crashed,
    effects,
    heard,
    lab3,
    linear,
    lines,
    names,
    plain,
    ran,
    source,
    told,
)

from grader.model.evidence import Evidence, LabelsFed
from grader.model.signs import Signs

ROWS = "0D or 1D target tensor expected, multi-target not supported"


def fed(rows: int, right: int, **more: object) -> Evidence:
    low = {"train_accuracy": 0.1, "valid_accuracy": 0.1}
    labels = LabelsFed.model_validate({"rows": rows, "right": right} | more)
    return ran("", labels=labels, **low)


@pytest.mark.parametrize(("rows", "right"), [(96, 96), (96, 93), (20, 19)])
def test_right_labels_with_a_stray_are_no_mistake(rows: int, right: int) -> None:
    assert names(fed(rows, right)) == []


def test_labels_of_other_classes_are_told_from_labels_of_other_pictures() -> None:
    assert names(fed(96, 0, shift=1)) == ["labels-shifted"]
    assert names(fed(96, 20, shift=-1)) == ["labels-shifted"]
    assert names(fed(96, 0, one_to_one=True)) == ["labels-shifted"]
    assert names(fed(96, 10)) == ["labels-misaligned"]


def test_how_far_and_which_way_is_said() -> None:
    assert "2 too low" in told(fed(96, 0, shift=-2))[0].explanation
    assert "1 too high" in told(fed(96, 0, shift=1))[0].explanation


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("total = count + 1\nloss = loss_function(output, (y + 1) % 10)", 2),
        ("df = read()\nself.labels = labels - (labels > 5)", 2),
        ('df["label"] -= 1', 1),
        ("a = y_train + 1\nb = labels - 1", 1),
        ("loss = loss_function(output, y)\nx = x + 1", None),
    ],
)
def test_the_line_that_changes_labels_is_named_where_there_is_one(
    text: str, line: int | None
) -> None:
    run = fed(96, 0, shift=1)
    assert lines(run.model_copy(update={"source": source(text)})) == [line]


def test_some_wrong_labels_are_less_sure_than_nearly_all() -> None:
    assert [str(told(fed(96, right))[0].confidence) for right in (10, 80)] == ["certain", "likely"]


def test_labels_that_were_not_compared_are_not_suspected() -> None:
    assert names(ran("", train_accuracy=0.1, valid_accuracy=0.1)) == []


def test_kaggles_highest_label_is_a_class() -> None:
    run = crashed("Target 24 is out of bounds.", type="IndexError", text="")
    assert names(run, lab3()) == ["labels-shifted"]
    look = run.source.model_copy(update={"reads_kaggle": True})
    assert names(run.model_copy(update={"source": look}), lab3()) == ["wrong-outputs"]


def test_a_column_is_told_from_rows_of_zeros_and_a_one() -> None:
    shapes = {(32, 1): "a column", (32, 10): "one-hot"}
    for shape, word in shapes.items():
        run = crashed(ROWS, signs=Signs(targets=heard(*shape)))
        assert word in told(run)[0].explanation


@pytest.mark.parametrize(
    ("got", "mistake"),
    [("Float", "labels-one-hot"), ("Double", "labels-one-hot"), ("Int", "dtype-mismatch")],
)
@pytest.mark.parametrize(
    "message",
    [
        "expected target dtype to be Long or Byte, but got {}",
        "expected scalar type Long but found {}",
    ],
)
def test_labels_with_decimals_are_told_from_whole_numbers_of_another_size(
    message: str, got: str, mistake: str
) -> None:
    assert names(crashed(message.format(got))) == [mistake]


LEARNED = (linear(785, 512), plain("relu"), linear(512, 10))
BIAS = "x = torch.cat([x, torch.ones_like(x[:, :1])], 1)"


def test_a_label_is_among_the_pixels_only_where_the_network_is_given_one_number_more() -> None:
    rows = Signs(inputs=heard(32, 785))
    assert names(ran("", rows, layers=LEARNED)) == ["label-among-pixels"]
    assert names(ran(BIAS, Signs(inputs=heard(32, 1, 28, 28)), layers=LEARNED)) == []
    assert names(ran("", None, layers=LEARNED)) == []


def test_a_column_of_ones_is_no_label() -> None:
    assert names(ran(BIAS, Signs(inputs=heard(32, 785)), layers=LEARNED)) == []


def test_sizes_that_differ_are_no_matter_of_the_loss_without_such_a_loss() -> None:
    message = "The size of tensor a (10) must match the size of tensor b (32) at dimension 1"
    assert names(crashed(message, text="loss = nn.MSELoss()")) == ["labels-one-hot"]
    assert names(crashed(message, text=LOOPS)) == []


def test_one_hot_labels_that_the_loss_takes_are_no_mistake() -> None:
    assert effects(ran("y = F.one_hot(y, 10).float()", Signs(targets=heard(32, 10)))) == []
