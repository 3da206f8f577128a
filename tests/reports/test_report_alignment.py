"""Layers are laid beside the expected ones."""

from report_cases import altered_cnn, cnn, layer, mlp

from grader.model.evidence import Layer
from grader.reports.alignment import align
from grader.reports.layers import compare, describe


def layers(documents):
    return [Layer.model_validate(one) for one in documents]


def statuses(yours, expected):
    return [row.status for row in align(layers(yours), layers(expected))]


def test_equal_networks_are_the_same_in_every_line():
    assert statuses(cnn(), cnn()) == ["same"] * 18


def test_another_width_is_a_difference_in_each_layer_it_touches():
    rows = align(layers(mlp(256)), layers(mlp()))
    assert [row.status for row in rows] == [
        *("same", "different", "same", "different", "same", "different")
    ]
    found = [(d.setting, d.yours, d.expected) for d in rows[1].differences]
    assert found == [("out", 256, 512)]


def test_missing_extra_and_different_layers_are_told_apart():
    rows = align(layers(altered_cnn()), layers(cnn()))
    odd = [(row.status, (row.yours or row.expected).kind) for row in rows if row.status != "same"]
    assert odd == [("different", "conv2d"), ("missing", "dropout"), ("extra", "softmax")]
    assert [row.yours for row in rows if row.yours] == layers(altered_cnn())
    assert [row.expected for row in rows if row.expected] == layers(cnn())


def test_a_missing_block_does_not_shift_the_rest():
    expected = mlp()
    rows = align(layers([*expected[:3], *expected[5:]]), layers(expected))
    assert [row.status for row in rows] == ["same"] * 3 + ["missing"] * 2 + ["same"]


def test_nothing_against_something_is_all_missing_or_all_extra():
    assert statuses([], mlp()) == ["missing"] * 6
    assert statuses(mlp(), []) == ["extra"] * 6


def test_a_size_and_a_pair_of_it_are_equal():
    one = [layer("max_pool2d", kernel=2, stride=2)]
    pair = [layer("max_pool2d", kernel=(2, 2), stride=(2, 2))]
    assert statuses(one, pair) == ["same"]
    assert statuses(one, [layer("max_pool2d", kernel=(2, 3))]) == ["different"]


def test_a_setting_that_only_one_side_states_is_no_difference():
    assert statuses([layer("linear", inputs=1)], [layer("linear", inputs=1, bias=True)]) == ["same"]


def test_layers_are_written_as_people_name_them():
    documents = [
        layer("linear", inputs=784, outputs=512, bias=True),
        layer("linear", inputs=784, outputs=512, bias=False),
        layer("conv2d", inputs=1, outputs=25, kernel=(3, 3), stride=(1, 1), padding=(1, 1)),
        layer("conv2d", inputs=1, outputs=25, kernel=(3, 5), stride=(2, 2), padding=(0, 0)),
        layer("dropout", p=0.2),
        layer("max_pool2d", kernel=(2, 2), stride=(2, 2)),
        layer("max_pool2d", kernel=(3, 3), stride=(2, 2)),
        layer("batch_norm", features=25),
        layer("adaptive_avg_pool2d", output=(1, 1)),
        layer("relu"),
    ]
    by = "\u00d7"
    assert [describe(one) for one in layers(documents)] == [
        "linear 784 → 512",
        "linear 784 → 512, no bias",
        f"conv2d 1 → 25, 3{by}3, padding 1",
        f"conv2d 1 → 25, 3{by}5, stride 2",
        "dropout p=0.2",
        f"max_pool2d 2{by}2",
        f"max_pool2d 3{by}3, stride 2",
        "batch_norm 25",
        f"adaptive_avg_pool2d to 1{by}1",
        "relu",
    ]


def test_differences_are_said_in_words():
    row = compare(layers(altered_cnn()), layers(cnn())).rows[0]
    assert row.differences == ("kernel: yours 5, expected 3",)


def test_thousands_of_layers_are_cut_and_counted():
    found = compare(layers([layer("relu")] * 3000), layers(cnn()))
    assert len(found.rows) == 120
    assert found.left_out >= 3000 - 120


def test_another_activation_is_another_setting_not_a_missing_layer():
    yours = [one | {"kind": "tanh"} if one["kind"] == "relu" else one for one in mlp()]
    rows = align(layers(yours), layers(mlp()))
    assert {row.status for row in rows} == {"same", "different"}
    (first, *_) = [row.differences for row in rows if row.differences]
    assert [(d.setting, d.yours, d.expected) for d in first] == [("activation", "tanh", "relu")]
