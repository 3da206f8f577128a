"""The layers of a network: what is a mistake in them, and what only looks like one."""

import pytest
from builders import CNN, evidence, network
from student import MLP_CODE, crashed, effects, heard, lab3, linear, lines, names, plain, ran, told

from grader.model.evidence import Evidence, Layer
from grader.model.signs import Signs

LOW = {"train_accuracy": 0.5, "valid_accuracy": 0.5}
FINE = {"train_accuracy": 1.0, "valid_accuracy": 0.98}
MLP = (linear(784, 512), plain("relu"), linear(512, 10))


def made_of(*layers: Layer, text: str = "", **measured: object) -> Evidence:
    return ran(text, layers=layers, **measured)


def test_the_references_have_no_such_mistakes() -> None:
    assert names(evidence()) == []
    assert names(ran("", layers=network(*CNN, classes=24), classes=24, **FINE), lab3()) == []


@pytest.mark.parametrize("kind", ["relu", "tanh", "sigmoid", "gelu", "leaky_relu", "softmax"])
def test_any_activation_between_two_layers_will_do(kind: str) -> None:
    assert names(made_of(linear(784, 512), plain(kind), linear(512, 10))) == []


def test_dropout_and_normalisation_are_no_activations() -> None:
    layers = (linear(784, 512), plain("batch_norm"), plain("dropout", p=0.2), linear(512, 10))
    assert names(made_of(*layers)) == ["missing-activation"]


def test_layers_beside_each_other_are_not_in_a_row() -> None:
    assert names(made_of(linear(784, 512), linear(784, 512), plain("relu"), MLP[2])) == []


def test_an_activation_written_by_hand_is_one() -> None:
    text = """
        class Net(nn.Module):
            def forward(self, x):
                return self.last(torch.clamp(self.first(x), min=0))
    """
    layers = (linear(784, 512), linear(512, 10))
    assert names(made_of(*layers, text=text)) == []
    elsewhere = text.replace("forward", "prepare")
    assert names(made_of(*layers, text=elsewhere)) == ["missing-activation"]


NET = """
def relu(x):
    return torch.clamp(x, min=0)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(28 * 28, 28 ** 2)
        self.act = lambda x: x

    def forward(self, x):
        rows, columns = x.shape[2:]
        x = x.view(x.size(0), rows * columns)
        return RESULT
"""
ROW = (linear(784, 784), linear(784, 784), linear(784, 10))


def computing(result: str, text: str = NET, **measured: object) -> Evidence:
    return made_of(*ROW, text=text.replace("RESULT", result), **measured)


@pytest.mark.parametrize(
    "result",
    [
        "self.last(relu(self.first(x)))",
        "self.last(self.first(x) ** 2)",
        "self.last(self.first(x) * torch.sigmoid(self.second(x)))",
        "self.last(torch.mul(self.first(x), self.second(x)))",
        "self.last(nn.Softsign()(self.first(x)))",
    ],
)
def test_a_network_may_bend_in_its_own_way(result: str) -> None:
    assert names(computing(result, **LOW)) == []


def test_a_function_that_is_kept_as_an_attribute_is_the_networks() -> None:
    for kept in ("relu", "lambda x: x.clamp(min=0)"):
        text = NET.replace("lambda x: x", kept)
        assert names(computing("self.last(self.act(self.first(x)))", text, **LOW)) == []


@pytest.mark.parametrize(
    "result",
    [
        "self.last(self.first(x))",
        "self.last(0.5 * self.first(x))",
        "self.last(self.scale * self.act(self.first(x)))",
    ],
)
def test_numbers_weights_and_sizes_do_not_bend(result: str) -> None:
    (one,) = told(computing(result, **LOW))
    assert (one.id, str(one.confidence)) == ("missing-activation", "certain")


def test_layers_that_may_stand_beside_each_other_are_less_sure_to_be_in_a_row() -> None:
    sum_of_two = "self.last(torch.tanh(self.first(x) + self.second(x)))"
    assert names(computing(sum_of_two)) == []
    (one,) = told(computing(sum_of_two, **LOW))
    assert (one.id, str(one.confidence)) == ("missing-activation", "likely")


def test_a_missing_activation_may_have_done_no_harm() -> None:
    more = (*MLP[:2], linear(512, 512), plain("relu"), linear(512, 64), linear(64, 10))
    assert effects(made_of(*more)) == [("missing-activation", "harmless")]
    assert effects(made_of(*more, **LOW)) == [("missing-activation", "lowers")]


def test_fewer_activations_than_the_lab_asks_for_are_never_told_as_harmless() -> None:
    assert effects(made_of(*ROW)) == [("missing-activation", "lowers")]


def test_pooling_bends_too_so_an_activation_missing_beside_it_may_do_no_harm() -> None:
    layers = (
        plain("conv2d", inputs=1, outputs=25),
        plain("max_pool2d"),
        plain("flatten"),
        linear(4900, 10),
    )
    assert effects(made_of(*layers)) == [("missing-activation", "harmless")]
    assert effects(made_of(*layers, **LOW)) == [("missing-activation", "lowers")]


def test_the_line_of_a_layer_in_a_sequence_is_the_one_that_makes_it() -> None:
    code = MLP_CODE.replace("    nn.ReLU(),\n    nn.Linear(512, 10)", "    nn.Linear(512, 10)")
    layers = (linear(784, 512), plain("relu"), linear(512, 512), linear(512, 10))
    run = made_of(*layers, text=code)
    assert lines(run) == [run.source.layers[-1].place.line]


def test_no_line_is_named_where_the_code_makes_more_layers_than_the_network_has() -> None:
    run = made_of(linear(784, 512), linear(512, 10), text=MLP_CODE * 2)
    assert (names(run), lines(run)) == (["missing-activation"], [None])


def test_an_activation_at_the_end_that_did_no_harm_is_told_so() -> None:
    assert effects(made_of(*MLP, plain("relu"))) == [("activation-on-output", "harmless")]


@pytest.mark.parametrize("kind", ["leaky_relu", "elu", "prelu", "gelu", "softplus"])
def test_an_activation_at_the_end_that_lets_negative_scores_through_does_not_cut(kind: str) -> None:
    assert names(made_of(*MLP, plain(kind))) == []
    (one,) = told(made_of(*MLP, plain(kind), **LOW))
    assert (one.id, str(one.confidence)) == ("activation-on-output", "likely")
    assert "cuts" not in one.explanation


def test_a_softmax_or_a_sigmoid_at_the_end_is_told_by_what_the_loss_does_with_it() -> None:
    assert names(made_of(*MLP, plain("softmax"), **LOW)) == ["softmax-before-loss"]
    assert names(made_of(*MLP, plain("sigmoid"), **LOW)) == ["sigmoid-before-loss"]


@pytest.mark.parametrize("outputs", [10, 11, 12])
def test_an_output_or_two_without_a_class_is_no_mistake(outputs: int) -> None:
    assert names(made_of(*MLP[:2], linear(512, outputs), classes=outputs)) == []


def test_26_outputs_for_24_letters_are_no_mistake() -> None:
    run = ran("", layers=network(*CNN, classes=26), classes=26, **FINE)
    assert names(run, lab3()) == []


@pytest.mark.parametrize(
    ("target", "mistake"),
    [(9, "wrong-outputs"), (10, "labels-shifted"), (-1, "labels-shifted")],
)
def test_a_class_without_an_output_is_told_from_a_label_without_a_class(
    target: int, mistake: str
) -> None:
    assert names(crashed(f"Target {target} is out of bounds.", type="IndexError")) == [mistake]


def test_the_number_of_outputs_is_the_one_that_was_heard() -> None:
    run = crashed("Target 8 is out of bounds.", signs=Signs(outputs=heard(32, 7)))
    assert "it has 7." in told(run)[0].explanation


def test_an_assertion_on_a_graphics_card_is_no_reason_to_doubt_enough_outputs() -> None:
    message = "CUDA error: device-side assert triggered"
    assert names(crashed(message, text=MLP_CODE)) == []
    few = MLP_CODE.replace("512, 10", "512, 9")
    assert names(crashed(message, text=few)) == ["wrong-outputs"]


def test_it_is_not_guessed_where_nothing_says_it() -> None:
    run = crashed("Target 8 is out of bounds.", text="model = make_model()")
    assert "it has at most 8." in told(run)[0].explanation
