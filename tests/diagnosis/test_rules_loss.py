"""What the loss is given, however that is written."""

import pytest
from builders import baseline, layer, network
from cases_loss import NONE, SILENT
from student import crashed as ended
from student import told as read
from trained import CHANCE, LOW, NOTHING_MOVED, REFUSED, crashed, run, suspicions, told

from grader.diagnosis import diagnose, load_wording
from grader.model.signs import Values
from grader.model.source import Place

LOSS = "loss = loss_function(output, y)"
LONG = "Expected floating point type for target with class probabilities, got Long"


@pytest.mark.parametrize(
    "written",
    [
        "loss = loss_function(output, y)",
        "loss = loss_function(model(x), y.argmax(1))",
        "loss = loss_function(output, y) + 1e-4 * sum(p.abs().sum() for p in model.parameters())",
        "loss = F.cross_entropy(output, torch.tensor(y))",
        "loss = loss_function(model(torch.tensor(x)), y)",
        "loss = F.nll_loss(F.log_softmax(output, dim=1), y, reduction='mean')",
        "loss = -(F.one_hot(y, 10) * output.log_softmax(1)).sum(1).mean()",
    ],
)
def test_right_losses_are_right(written: str) -> None:
    assert suspicions(run((LOSS, written))) == []


@pytest.mark.parametrize("written", ["output.detach()", "output.data", "torch.tensor(output)"])
def test_outputs_that_were_cut_off(written: str) -> None:
    found = crashed(
        (LOSS, f"loss = loss_function({written}, y)"),
        message=REFUSED,
        line=17,
        signs={"order": "ZFLB", "from_model": False},
    )
    assert told(found) == ["loss-on-wrong-tensors"]


def test_class_numbers_that_a_loss_refuses_may_be_the_labels_fault() -> None:
    assert "loss-on-wrong-tensors" not in told(crashed(message=LONG, line=15))


def test_the_outputs_own_classes_are_found_through_names() -> None:
    change = (LOSS, "best = output.max(1).indices\n        loss = loss_function(output, best)")
    assert told(run(change, measured=LOW)) == ["loss-on-wrong-tensors"]


def test_a_copy_of_the_loss_beside_it_is_right_where_weights_move() -> None:
    change = (LOSS, LOSS + "\n        total += torch.tensor(loss.item())")
    assert suspicions(run(change)) == []


def test_a_loss_that_asks_for_gradients_anew_leaves_the_weights() -> None:
    change = (LOSS, LOSS + "\n        loss.requires_grad_(True)")
    still = CHANCE | NOTHING_MOVED
    found = run(change, measured=still, signs={"empty_steps": 500, "from_model": False})
    assert told(found) == ["loss-on-wrong-tensors"]


@pytest.mark.parametrize(
    "written", ["output.data.requires_grad_()", "output.argmax(1).float().requires_grad_()"]
)
def test_scores_that_ask_for_gradients_anew_are_no_copy_of_the_loss(written: str) -> None:
    found = run(
        (LOSS, f"loss = loss_function({written}, y)"),
        measured=CHANCE | NOTHING_MOVED,
        signs={"empty_steps": 500},
    )
    (one,) = diagnose(found, baseline(), load_wording())
    assert one.id == "loss-on-wrong-tensors"
    assert "copy of the loss" not in one.title
    assert one.where is not None
    assert one.where.line == 15


def test_what_the_network_is_called_with_may_be_a_copy() -> None:
    change = ("output = model(x)", "x = torch.tensor(x)\n        output = model(x.detach())")
    found = run(change, measured=CHANCE | NOTHING_MOVED, signs={"empty_steps": 500})
    assert "loss-on-wrong-tensors" not in told(found)


def test_a_score_of_detached_outputs_beside_a_hand_written_loss_is_right() -> None:
    written = "loss = -output.log_softmax(1)[range(len(y)), y].mean()"
    brier = "\n        brier += F.mse_loss(output.detach().softmax(1), F.one_hot(y, 10).float())"
    signs = {"from_model": False}
    assert suspicions(run((LOSS, written + brier), signs=signs)) == []
    assert suspicions(run((LOSS, written + brier), measured=LOW, signs=signs)) == []


def test_a_table_that_did_no_harm_is_right() -> None:
    assert suspicions(run(signs={"table": True})) == []


def ending(kind: str, probabilities: str | None, low: float, high: float) -> list[str]:
    """What is told of a network with such an end, and of what its loss was given."""
    layers = (*network("flatten", "linear", "relu", "linear"), layer(kind))
    heard = {"probabilities": probabilities, "outputs": Values(shape=(32, 10), low=low, high=high)}
    return told(run(measured=LOW | {"layers": layers}, signs=heard))


def test_what_the_loss_was_given_goes_before_the_end_of_the_network() -> None:
    assert ending("softmax", "softmax", 0, 1) == ["softmax-before-loss"]
    assert ending("sigmoid", None, 0, 1) == ["sigmoid-before-loss"]
    assert ending("log_softmax", "log_softmax", -9, 0) == ["log-softmax-before-loss"]
    for kind in ("softmax", "sigmoid"):
        assert ending(kind, "log_softmax", -9, 0) == []  # the logarithm of probabilities
        assert ending(kind, None, -3, 4) == []  # only evaluation makes probabilities


@pytest.mark.parametrize(
    ("message", "ending"),
    [(NONE, "        return scores\n"), ("division by zero", "")],
)
def test_a_network_that_answers_is_not_told_that_it_returns_nothing(
    message: str, ending: str
) -> None:
    text = SILENT.replace("(rows)\n", f"(rows)\n{ending}")
    assert "forward returns nothing" not in {one.title for one in read(ended(message, text=text))}


def test_the_line_is_named_that_applies_the_softmax() -> None:
    for way in ("torch.softmax(output, dim=1)", "F.softmax(output, 1)", "output.softmax(1)"):
        found = run(
            (LOSS, f"output = {way}\n        {LOSS}"),
            measured=LOW,
            signs={"probabilities": "softmax"},
        )
        assert read(found)[0].where == Place(file="lab.py", line=15)
