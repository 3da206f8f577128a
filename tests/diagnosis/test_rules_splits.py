"""Which split a loop reads, and in which order."""

import pytest
from student import LOADERS, LOOPS, lines, names, ran, told

from grader.model.signs import Loader, Signs

LOW = {"train_accuracy": 0.5, "valid_accuracy": 0.5}


@pytest.mark.parametrize("split", ["train", "unknown"])
def test_training_images_and_unknown_ones_are_no_mistake(split: str) -> None:
    assert names(ran(trained_on=split, validated_on="valid")) == []


@pytest.mark.parametrize("split", ["valid", "mixed", "unknown"])
def test_an_evaluation_that_reads_validation_images_is_no_mistake(split: str) -> None:
    assert names(ran(validated_on=split)) == []


def test_who_trained_on_validation_images_is_not_also_told_where_they_validated() -> None:
    assert names(ran(trained_on="valid", validated_on="train")) == ["trained-on-validation"]
    assert names(ran(trained_on="train", validated_on="train")) == ["validated-on-training"]


def test_the_line_is_the_loaders_or_the_loops_where_that_is_the_wrong_one() -> None:
    wraps = LOADERS.replace("DataLoader(valid_set", "DataLoader(train_set") + LOOPS
    goes = LOADERS + LOOPS.replace("in valid_loader", "in train_loader")
    wrapped, gone = (lines(ran(text, validated_on="train"))[0] for text in (wraps, goes))
    text = wraps.strip("\n").splitlines()
    assert wrapped is not None
    assert gone is not None
    assert text[wrapped - 1].startswith("valid_loader = DataLoader(train_set")
    assert goes.strip("\n").splitlines()[gone - 1].strip().endswith("in train_loader:")


ONE_SET = """
data = datasets.MNIST("data", train=False)
train_loader = DataLoader(data, batch_size=32, shuffle=True)
valid_loader = DataLoader(data, batch_size=32)
"""
TWO_FILES = """
train_set = TensorDataset(np.load("images_valid.npy"), np.load("labels_valid.npy"))
train_loader = DataLoader(train_set, batch_size=32, shuffle=True)
"""
SPLIT = """
train_set, valid_set = random_split(datasets.MNIST("data", train=False), [0.9, 0.1])
train_loader = DataLoader(train_set, batch_size=32, shuffle=True)
valid_loader = DataLoader(valid_set, batch_size=32)
"""
WRONG_SET = """
valid_set = datasets.MNIST("data", train=False)
train_loader = DataLoader(valid_set, batch_size=32, shuffle=True)
"""


@pytest.mark.parametrize("text", [ONE_SET, TWO_FILES, SPLIT, WRONG_SET])
def test_no_line_is_named_that_more_than_the_one_loader_depends_on(text: str) -> None:
    fix = told(ran(text + LOOPS, trained_on="valid"))[0].fix
    assert fix.startswith("Make the training loader from the training set")


def test_pictures_that_were_read_by_the_wrong_name() -> None:
    text = """
x, y = read("valid")
x_valid, y_valid = read(name="valid")
train_loader = DataLoader(TensorDataset(x, y), batch_size=32, shuffle=True)
valid_loader = DataLoader(TensorDataset(x_valid, y_valid), batch_size=32)
"""
    found = told(ran(text + LOOPS, trained_on="valid"))[0]
    assert found.where is not None
    assert found.where.line == 1
    assert found.fix == """Write the training set's name in place of "valid" there."""


def in_order(**changes: object) -> Signs:
    loader = Loader(training=True, shuffles=False)
    return Signs.model_validate({"loaders": (loader,), "same_order": True} | changes)


def test_an_order_that_never_changes_is_a_mistake_where_the_run_is_bad() -> None:
    assert names(ran(LOADERS + LOOPS, in_order(), **LOW)) == ["no-shuffling"]
    assert names(ran(LOADERS + LOOPS, in_order())) == []


def test_a_step_that_follows_the_whole_set_does_so_in_any_order() -> None:
    found = ran(LOADERS + LOOPS, in_order(), **LOW)
    whole = [one.model_copy(update={"steps": 1}) for one in found.claims.trace.passes]
    heard = found.claims.trace.model_copy(update={"passes": tuple(whole)})
    said = found.claims.model_copy(update={"trace": heard})
    assert "no-shuffling" not in names(found.model_copy(update={"claims": said}))


@pytest.mark.parametrize(
    "signs",
    [
        in_order(same_order=False),
        Signs(loaders=(Loader(training=True, shuffles=True),)),
        Signs(loaders=(Loader(training=False, shuffles=False),)),
        Signs(loaders=(Loader(training=True, shuffles=None),)),
        Signs(),
    ],
    ids=["shuffled by hand", "shuffled", "validation", "unknown", "nothing heard"],
)
def test_nobody_is_told_to_shuffle_what_is_shuffled_or_unknown(signs: Signs) -> None:
    assert "no-shuffling" not in names(ran("", signs, **LOW))
