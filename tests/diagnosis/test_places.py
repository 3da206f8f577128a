"""Names and lines of a student's own code, as texts give them back."""

import pytest
from builders import baseline
from student import LOADERS, LOOPS, ran, told
from student import crashed as ended
from trained import CHANCE, LOW, NOTHING_MOVED, REFUSED, crashed, run
from trained import told as mistakes

from grader.diagnosis.case import Case
from grader.diagnosis.counting import by_batches
from grader.diagnosis.names import moves, together
from grader.diagnosis.pictures import breaking, converted, prepared_apart, scaled_once
from grader.model.evidence import LabelsFed
from grader.model.source import Place

ADAM = "optimizer = torch.optim.Adam(model.parameters())\n"
FREEZES = ADAM + "for one in model.parameters():\n    one.requires_grad = False\n"
REFUSES = {"message": REFUSED, "line": 19, "signs": {"order": "ZFLB"}, "heard": {"steps": 0}}


def at(*lines: int, cell: int | None = None) -> str:
    """Those lines in words."""
    return together(Place(file="lab.py", cell=cell, line=one) for one in lines)


def case(text: str) -> Case:
    """A program to read."""
    return Case(ran(text), baseline())


def test_lines_are_named_together() -> None:
    assert at() == ""
    assert at(3) == at(3, 3) == "line 3 of lab.py"
    assert at(9, 3) == "lines 3 and 9 of lab.py"
    assert at(1, 2, 3) == "lines 1, 2 and 3 of lab.py"
    assert at(1, 2, 3, 8) == "lines 1 to 8 of lab.py"
    assert at(1, 2, cell=4) == "cell 4, lines 1 and 2"


def test_lines_of_two_cells_are_named_each() -> None:
    places = [Place(cell=4, line=1), Place(cell=6, line=2)]
    assert together(places) == "cell 4, line 1 and cell 6, line 2"


@pytest.mark.parametrize(
    ("text", "called"),
    [
        (
            "batch_loss = loss_fn(out, y)\nbatch_loss.backward()\nopt.step()",
            "batch_loss.backward()",
        ),
        ("batch_loss = loss_fn(out, y)\nopt.step()", "batch_loss.backward()"),
        ("self.loss = criterion(out, y)\nself.loss.backward()", "self.loss.backward()"),
        ("loss = 0\ncost = F.cross_entropy(out, y)\nopt.step()", "cost.backward()"),
        ("loss_fn(out, y).backward()", "loss.backward()"),
        ("total += loss_fn(out, y).item()", "loss.backward()"),
    ],
)
def test_the_loss_has_the_student_s_own_name(text: str, called: str) -> None:
    assert moves(case(text))["backward"] == called


def test_the_loss_of_the_validation_is_not_taken_for_that_of_the_training() -> None:
    text = "with torch.no_grad():\n    a = loss_fn(out, y)\nb = loss_fn(out, y)\nopt.step()"
    assert moves(case(text))["backward"] == "b.backward()"


def test_the_optimizer_has_the_student_s_own_name() -> None:
    assert moves(case("self.opt.zero_grad()"))["step"] == "self.opt.step()"
    assert moves(case("scheduler.step()\nopt.step()"))["zero_grad"] == "opt.zero_grad()"


def test_a_place_that_is_not_known_is_left_out_with_its_brackets() -> None:
    (one,) = told(ran("", labels=LabelsFed(rows=96, right=0, shift=1)))
    assert "(" not in one.explanation + one.fix
    assert "  " not in one.fix
    assert "your code" not in one.explanation + one.fix


def test_a_network_that_is_frozen_as_a_whole_is_told_so_where_it_stops() -> None:
    assert mistakes(crashed((ADAM, FREEZES), **REFUSES)) == ["frozen-layers"]
    at_once = (ADAM, ADAM + "model.requires_grad_(False)\n")
    assert mistakes(crashed(at_once, **REFUSES)) == ["frozen-layers"]


@pytest.mark.parametrize(
    "more",
    [
        "model[3].requires_grad_(True)\n",
        "model[3].weight.requires_grad = True\n",
        "model.head = nn.Linear(512, 10)\n",
    ],
)
def test_layers_that_are_freed_again_are_not_the_reason(more: str) -> None:
    assert "frozen-layers" not in mistakes(crashed((ADAM, FREEZES + more), **REFUSES))


def test_outputs_that_are_cut_off_are_the_reason_before_frozen_weights() -> None:
    cut = ("loss_function(output, y)", "loss_function(output.detach(), y)")
    assert mistakes(crashed((ADAM, FREEZES), cut, **REFUSES)) == ["loss-on-wrong-tensors"]


def test_one_frozen_layer_does_not_stop_a_program() -> None:
    part = (ADAM, FREEZES.replace("in model.", "in model[1]."))
    assert mistakes(crashed(part, **REFUSES)) == ["loss-on-wrong-tensors"]


def test_pictures_are_converted_where_they_become_decimal_numbers() -> None:
    loops = LOOPS.replace("model(images)", "model(images.float())")
    assert [one.line for one in converted(case(loops))] == [4, 14]
    counts = "right += (output.argmax(1) == y).float().sum()\nlabels = labels.float()\n"
    assert not converted(case(counts))


def test_a_set_with_a_transform_of_its_own_is_found() -> None:
    other = LOADERS.replace("False, transform=transforms.ToTensor()", "False, transform=raw")
    place = prepared_apart(case(other))
    assert place is not None
    assert place.line == 2
    assert prepared_apart(case(LOADERS)) is None


def test_a_loop_that_does_more_than_freeze_is_not_to_be_removed() -> None:
    frozen = {"signs": {"frozen": ("1.weight",)}, "measured": LOW}
    more = FREEZES + "    print(one.shape)\n"
    fixes = [told(run((ADAM, text), **frozen))[0].fix for text in (FREEZES, more)]
    assert fixes == [
        "Remove the whole loop that sets requires_grad to False.",
        "Remove the line that sets requires_grad to False.",
    ]


def test_a_schedule_is_named_only_where_there_is_one() -> None:
    still = {
        "heard": {"learning_rate": 0.0},
        "signs": {"last_rate": 0.0},
        "measured": CHANCE | NOTHING_MOVED,
    }
    schedule = ADAM + "falling = LambdaLR(optimizer, lambda epoch: epoch // 30)\n"
    (one,) = told(run((ADAM, schedule), **still))
    assert "schedule" in one.explanation
    assert one.fix == "Remove the line that makes the schedule."
    steps = ("    validate()\n", "    validate()\n    falling.step()\n")
    fix = told(run((ADAM, schedule), steps, **still))[0].fix
    assert "schedule, and the line falling.step() (line 34 of lab.py)" in fix
    assert "lr=0.001" in told(run(**still))[0].fix


def test_labels_have_the_student_s_own_name() -> None:
    floats = "expected target dtype to be Long or Byte, but got Float"
    (one,) = told(
        ended(floats, line=2, text="for x, y in loader:\n    cost = loss_fn(net(x), y)\n")
    )
    assert one.fix == "Give the loss y.long() in place of y, in both loops."


def test_a_count_that_is_divided_by_the_batches_is_found_among_losses_that_are_too() -> None:
    text = "loader = DataLoader(data)\nmean = total_loss / len(loader)\nacc = hits / len(loader)\n"
    assert [(one.line, by) for one, by in by_batches(case(text))] == [(3, "loader")]


def test_a_line_that_scales_only_one_set_is_found() -> None:
    one = "x_train = train / 255\nx_valid = valid\n"
    place = scaled_once(case(one))
    assert place is not None
    assert place.line == 1
    assert scaled_once(case(one.replace("= valid", "= valid / 255"))) is None
    assert scaled_once(case("def read(file):\n    return load(file) / 255\n")) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = (x - low) / (high - low)", [1]),
        ("mean = x.mean()\nx = np.log(x / 255)", [2]),
        ("x = x / 255\naccuracy = right / len(data)", []),
    ],
)
def test_a_step_that_may_break_pixels_is_found(text: str, expected: list[int]) -> None:
    assert [one.line for one in breaking(case(text))] == expected


def test_several_lines_that_freeze_are_all_to_be_removed() -> None:
    text = ADAM + "model[1].requires_grad_(False)\nmodel[3].requires_grad_(False)\n"
    found = run((ADAM, text), signs={"frozen": ("1.weight",)}, measured=LOW)
    assert told(found)[0].fix == "Remove all lines that set requires_grad to False."


@pytest.mark.parametrize("move", ["to(dev)", "cuda()", "to(device, non_blocking=True)"])
def test_a_move_is_named_as_it_is_written(move: str) -> None:
    moves = f"    x = x.{move}\n    y = y.{move}\n"
    text = f"dev = device = 'cuda'\nfor x, y in loader:\n{moves}    net(x)\n"
    (one,) = [each for each in told(ran(text)) if each.id == "device-mismatch"]
    assert f".{move} " in one.explanation
    assert one.fix.endswith(f".{move} before you make the optimizer.")


def test_the_pictures_have_the_student_s_own_name_wherever_it_stops() -> None:
    text = "def forward(self, x):\n    return x\nnet.parameters()\nnet(pics)\n"
    doubles = "mat1 and mat2 must have the same dtype, but got Double and Float"
    (one,) = told(ended(doubles, line=2, text=text))
    assert one.fix == "Give the network pics.float() in place of pics, in both loops."


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("net = Sequential(Linear(784, 10))", "Put nn.Flatten() before the first Linear layer."),
        (
            "class Net:\n    def forward(self, xb):\n        return self.a(xb)",
            "In forward, write xb = xb.flatten(1) before the first Linear layer is called.",
        ),
    ],
)
def test_pictures_are_flattened_where_the_program_can_do_it(text: str, fix: str) -> None:
    rows = "mat1 and mat2 shapes cannot be multiplied (896x28 and 784x512)"
    (one,) = told(ended(rows, line=1, text=text))
    assert one.fix == fix
