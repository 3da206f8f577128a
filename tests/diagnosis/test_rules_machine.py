"""Devices and types of number: what was not moved, what was not converted."""

import pytest
from student import LOADERS, LOOPS, crashed, effects, names, ran, told

LOSS = "        loss = loss_function"
DEVICE = 'device = torch.device("cuda" if torch.cuda.is_available() else "cpu")\n'
KEPT = LOOPS.replace(LOSS, f"        images = images.to(device)\n{LOSS}")


def test_a_program_that_moves_both_is_right() -> None:
    assert names(ran(DEVICE + LOADERS + KEPT + "model.to(device)\n")) == []
    assert names(ran(DEVICE + LOADERS + KEPT + "model = Net().to(device)\n")) == []


def test_a_program_that_moves_nothing_is_right() -> None:
    assert names(ran(DEVICE + LOADERS + LOOPS)) == []


def test_a_program_for_the_processor_alone_is_right() -> None:
    assert names(ran('device = torch.device("cpu")\n' + LOADERS + KEPT)) == []


def test_a_model_may_come_to_the_graphics_card_by_itself() -> None:
    assert names(ran("torch.set_default_device(device)\n" + DEVICE + LOADERS + KEPT)) == []
    made_there = "model = nn.Linear(784, 10, device=device)\n"
    assert names(ran(DEVICE + made_there + LOADERS + KEPT)) == []


def test_a_batch_that_only_changes_its_type_is_not_moved() -> None:
    typed = KEPT.replace("images.to(device)", "images.to(torch.float32)")
    assert names(ran(DEVICE + LOADERS + typed)) == []


def test_moving_data_and_never_the_network_is_told_before_a_graphics_card_shows_it() -> None:
    run = ran(DEVICE + LOADERS + KEPT)
    assert effects(run) == [("device-mismatch", "harmless")]
    assert names(run.model_copy(update={"device": "cuda"})) == []


@pytest.mark.parametrize(
    "text",
    [
        "one, two = Encoder(), nn.Linear(64, 10)\nfor part in (one, two):\n    part.to(device)",
        "for part in model.children():\n    part.cuda()",
        "for layer in data_layers:\n    layer.to(device)\n    layer.train()",
    ],
)
def test_modules_that_are_moved_in_a_loop_are_moved(text: str) -> None:
    assert names(ran(f"{DEVICE}{LOADERS}{LOOPS}{text}\n")) == []
    assert names(ran(f"{DEVICE}{LOADERS}{KEPT}{text}\n")) == []


@pytest.mark.parametrize(
    "text",
    [
        "with torch.device(device):\n    model = Net()",
        "with device:\n    model = Net()",
        "with torch.device('cuda'):\n    model = Net()",
        "where = {'device': device}\nmodel = nn.Linear(784, 10, **where)",
        "model = Net().to_empty(device=device)",
    ],
)
def test_a_model_may_be_made_on_the_graphics_card(text: str) -> None:
    assert names(ran(f"{DEVICE}{text}\n{LOADERS}{KEPT}")) == []


def test_batches_of_a_table_are_batches() -> None:
    loop = "for x, y in zip(x_train.split(32), y_train.split(32)):\n    x.to(device)\n"
    assert effects(ran(DEVICE + loop)) == [("device-mismatch", "harmless")]


@pytest.mark.parametrize(
    "line", ["images.to(device)", "images.cuda()", "images.to(device), labels.to(device)"]
)
def test_a_moved_batch_that_nobody_keeps_is_told(line: str) -> None:
    dropped = LOADERS + LOOPS.replace(LOSS, f"        {line}\n{LOSS}")
    assert effects(ran(dropped)) == [("device-mismatch", "harmless")]


def test_a_moved_model_whose_result_is_dropped_is_right() -> None:
    assert names(ran(DEVICE + LOADERS + LOOPS + "for net in nets:\n    model.to(device)\n")) == []


@pytest.mark.parametrize(
    ("message", "fix"),
    [
        ("got mat1 is on cuda:0, different from other tensors on cpu", "model = model.to(device)"),
        ("got mat1 is on cpu, different from other tensors on cuda:0", "images.to(device)"),
    ],
)
def test_which_of_the_two_was_not_moved_is_told(message: str, fix: str) -> None:
    run = crashed(f"Expected all tensors to be on the same device, but {message} (when …)")
    assert fix in told(run)[0].fix


@pytest.mark.parametrize(
    ("message", "title"),
    [
        ("mat1 and mat2 must have the same dtype, but got Double and Float", "wrong type"),
        ("mat1 and mat2 must have the same dtype, but got Byte and Float", "whole numbers"),
        ("Input type (long int) and bias type (float) should be the same", "whole numbers"),
        ("Input type (double) and weight type (float) should be the same", "wrong type"),
        ("expected scalar type Float but found Double", "wrong type"),
        ("mat1 and mat2 must have the same dtype, but got Float and Double", "network has"),
    ],
)
def test_each_type_of_number_is_told_what_to_do(message: str, title: str) -> None:
    (one,) = told(crashed(message))
    assert one.id == "dtype-mismatch"
    assert title in one.title


def test_types_of_tensors_on_two_devices_are_a_matter_of_devices() -> None:
    message = "Input type (torch.FloatTensor) and weight type (torch.cuda.FloatTensor) should be"
    assert names(crashed(message)) == ["device-mismatch"]
