"""Where a name gets its value: what a text may send a student to, and what it may not."""

import pytest
from builders import baseline
from student import crashed, linear, lines, plain, ran, told

from grader.diagnosis.case import Case
from grader.diagnosis.names import change
from grader.model.source import Place

NET = """
class Net(nn.Module):
    def __init__(self, n_in, n_out=10):
        self.out = nn.Linear(n_in, n_out)
"""
CONFIG = """
@dataclass
class Config:
    classes: int = 9
"""
LISTED = """
class Net(nn.Module):
    def __init__(self, classes):
        sizes = [28, 512, 512]
        for n_in, n_out in zip(sizes, sizes[1:]):
            blocks += [nn.Linear(n_in, n_out), nn.ReLU(), nn.Dropout(p=0.9)]
        self.body = nn.Sequential(*blocks)
        self.head = nn.Linear(sizes[-1], classes)

    def forward(self, x):
        x = self.body(x)
        return self.head(x)

net = Net(10)
"""
PRODUCT = "mat1 and mat2 shapes cannot be multiplied"


def case(text: str) -> Case:
    """A program to read."""
    return Case(ran(text), baseline())


def outputs(text: str, is_: int | None = None) -> str:
    """What is to be changed for the outputs of the last Linear layer of a program."""
    read = case(text)
    return change(read, read.code.called("Linear")[-1], 1, "out_features", is_).lstrip(": ")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nn.Linear(512, 9)", ""),
        ("n = 9\nnn.Linear(512, n)", "change n in line 1 of lab.py"),
        ("n = 9\nn = 10\nnn.Linear(512, n)", "change n where it gets its value"),
        ("n, m = 9, 5\nnn.Linear(512, n)", "change n in line 1 of lab.py"),
        ("nn.Linear(512, len(classes))", ""),
        ("nn.Linear(512, elsewhere)", ""),
        ("for n in sizes:\n    nn.Linear(512, n)", ""),
        (NET, "change n_out where it gets its value"),
        (NET + "Net(784)", "change n_out in line 2 of lab.py"),
        (NET + "Net(784, 9)", "change the value for n_out in line 4 of lab.py"),
        (NET + "Net(784, n_out=9)", "change n_out in line 4 of lab.py"),
        (NET + "N = 9\nNet(784, N)", "change N in line 4 of lab.py"),
        (NET + "Net(784, 9)\nNet(784, 10)", "change n_out where it gets its value"),
        (NET + "Net(*sizes)", "change n_out where it gets its value"),
        (NET + "class Sub(Net):\n    pass\nNet(784, 9)", "change n_out where it gets its value"),
        ("def make(n):\n    n = 2 * n\n    nn.Linear(512, n)\nmake(9)", "change n where it"),
        ("def make(n):\n    nn.Linear(512, n)\nmake(9)", "change the value for n in line 3"),
        ("def a():\n    n = 3\nn = 9\nnn.Linear(512, n)", "change n in line 3 of lab.py"),
        (CONFIG + "cfg = Config()\nnn.Linear(5, cfg.classes)", "change classes in line 3"),
        (CONFIG + "cfg = Config(classes=8)\nnn.Linear(5, cfg.classes)", "change classes in line 4"),
        (CONFIG + "cfg.classes = 8\nnn.Linear(5, cfg.classes)", "change cfg.classes in line 4"),
        (CONFIG + "c.classes = 8\nnn.Linear(5, cfg.classes)", "change cfg.classes where it"),
        ("p.add_argument('--n', default=9)\nnn.Linear(5, args.n)", "change args.n in line 1"),
        ("config = {'n': 9}\nnn.Linear(5, config['n'])", "change config['n'] in line 1"),
        ("nn.Linear(5, other.out_features)", ""),
    ],
)
def test_a_name_is_followed_to_where_its_value_is_written(text: str, said: str) -> None:
    found = outputs(text)
    assert found.startswith(said)
    assert bool(found) is bool(said)


def test_a_value_that_is_not_what_was_heard_is_not_the_one_to_change() -> None:
    assert outputs("n = 9\nnn.Linear(512, n)", 10) == ""
    assert outputs("n = 3 * 3\nnn.Linear(512, n)", 9) != ""


def test_an_attribute_is_that_of_its_own_class() -> None:
    text = "class {}:\n    def __init__(self):\n        self.n = {}\n        nn.Linear(5, self.n)\n"
    assert outputs(text.format("A", 5) + text.format("B", 9)) == "change self.n in line 7 of lab.py"


def test_layers_made_of_a_list_of_sizes_are_mended_in_the_list() -> None:
    run = crashed(f"{PRODUCT} (32x784 and 28x512)", line=10, text=LISTED, batch_size=32)
    assert lines(run) == [5]
    fix = "Make it Linear(784, 512): change the first number of sizes in line 3 of lab.py."
    assert told(run)[0].fix == fix


def test_of_layers_with_the_same_sizes_the_one_behind_what_was_given_is_meant() -> None:
    text = "a = nn.Linear(784, 512)\nb = nn.Linear(784, 512)\nc = nn.Linear(512, 10)\n"
    message = f"{PRODUCT} (32x512 and 784x512)"
    assert lines(crashed(message, line=9, text=text, batch_size=32)) == [2]


def test_the_layer_that_the_last_line_calls_is_meant() -> None:
    text = "a = nn.Linear(784, 512)\nb = nn.Linear(784, 512)\nx = F.relu(b(x))\n"
    message = f"{PRODUCT} (32x900 and 784x512)"
    assert lines(crashed(message, line=3, text=text, batch_size=32)) == [2]


def test_where_layers_are_alike_the_line_that_used_one_is_not_said_to_make_it() -> None:
    text = "a = nn.Linear(784, 512)\nb = nn.Linear(784, 512)\nmodel(x)\n"
    (one,) = told(crashed(f"{PRODUCT} (32x900 and 784x512)", line=3, text=text, batch_size=32))
    assert "(used in line 3 of lab.py)" in one.explanation
    assert one.fix == "Make it Linear(900, 512)."


def test_a_name_that_gives_other_layers_their_sizes_too_is_left_alone() -> None:
    text = "n = 512\nnn.Linear(784, n)\nnn.Linear(n, 10)\n"
    (one,) = told(crashed(f"{PRODUCT} (32x256 and 512x10)", text=text, batch_size=32))
    assert one.fix == "Make it Linear(256, 10)."


def test_a_layer_inside_of_another_is_named_where_it_is_made() -> None:
    called = Place(file="lab.py", line=10)
    body = (linear(28, 512), plain("relu"), plain("dropout", p=0.9))
    inside = [
        one.model_copy(update={"line": called, "module": f"body.{index}"})
        for index, one in enumerate(body)
    ]
    head = linear(512, 10).model_copy(update={"line": Place(file="lab.py", line=11)})
    layers = (*inside, head.model_copy(update={"module": "head"}))
    found = told(ran(LISTED, layers=layers, train_accuracy=0.5, valid_accuracy=0.5))
    assert [one.where.line for one in found if one.where is not None] == [5]
