"""Reading a student's code: calls, arguments, and the blocks they are in."""

import ast
import textwrap

from grader.diagnosis.code import Reading, constant, mentions, written
from grader.discovery.parse import parse
from grader.discovery.source import Cell


def read(*cells: str) -> Reading:
    """A notebook's cells; of one alone, a script."""
    numbers = range(1, len(cells) + 1) if len(cells) > 1 else [None]
    return Reading(
        [
            parse(Cell("lab.py", number, textwrap.dedent(text)))
            for number, text in zip(numbers, cells, strict=True)
        ]
    )


TRAINING = """
    def train():
        model.train()
        with torch.no_grad():
            for x, y in loader:
                loss = loss_function(model(x), y)
                loss.backward()

    for epoch in range(5):
        train()
"""


def test_a_call_is_found_with_its_owner_its_place_and_what_it_is_in() -> None:
    (one,) = read(TRAINING).called("backward")
    assert (one.owner, one.place.words) == ("loss", "line 7 of lab.py")
    assert one.function == "train"
    assert one.under == ("torch.no_grad()",)
    assert [written(loop.iter) for loop in one.loops if isinstance(loop, ast.For)] == ["loader"]


def test_a_loop_outside_of_a_function_is_not_around_what_is_in_it() -> None:
    reading = read("for i in a:\n    def f():\n        g()\n    h()")
    assert reading.called("g")[0].loops == ()
    assert len(reading.called("h")[0].loops) == 1


def test_calls_come_in_the_order_of_the_text() -> None:
    assert [one.name for one in read("a(b())\nc()", "d()").calls] == ["a", "b", "c", "d"]
    assert [one.place.cell for one in read("a(b())\nc()", "d()").calls] == [1, 1, 1, 2]


def test_what_is_not_python_is_left_out() -> None:
    assert [one.name for one in read("a(", "b()").calls] == ["b"]


def test_an_argument_is_found_by_position_and_by_name() -> None:
    (by_position,) = read("nn.Dropout(0.8)").calls
    (by_name,) = read("nn.Dropout(p=0.8)").calls
    (none,) = read("nn.Dropout()").calls
    (spread,) = read("nn.Dropout(*rates, 0.8)").calls
    assert constant(by_position.argument(0, "p")) == constant(by_name.argument(0, "p")) == 0.8
    assert none.argument(0, "p") is None
    assert spread.argument(1, "p") is None


def test_a_value_is_read_through_a_name_that_is_given_only_one() -> None:
    once = read("rate = -0.5\nf(rate)")
    twice = read("rate = 0.5\nrate = 0.6\nf(rate)")
    own = read("self.rate = 3\nf(self.rate)")
    assert once.value(once.called("f")[0].argument(0)) == -0.5
    assert twice.value(twice.called("f")[0].argument(0)) is None
    assert own.value(own.called("f")[0].argument(0)) == 3


def test_a_value_is_reckoned_as_students_write_sizes() -> None:
    reading = read("side = 28\nf(side * side + 1)\ng(28 / 0)\nh(28 // 0)\ni(a * 2)")
    values = [reading.value(one.argument(0)) for one in reading.calls]
    assert values == [785, None, None, None]


def test_several_targets_get_each_their_own() -> None:
    reading = read("a, b = 1, 2\nc = d = 3\ne, f = g()")
    values = {one.name: written(one.value) for one in reading.assignments}
    assert values == {"a": "1", "b": "2", "c": "3", "d": "3", "e": "g()", "f": "g()"}


def test_where_a_name_comes_from_is_followed() -> None:
    reading = read("whole = load()\npart = whole\nuse(part)")
    assert written(reading.origin(reading.called("use")[0].argument(0))) == "load()"


def test_a_name_that_stands_for_itself_leads_nowhere() -> None:
    reading = read("a = b\nb = a\nuse(a)")
    assert written(reading.origin(reading.called("use")[0].argument(0))) in ("a", "b")


def test_code_is_searched_for_names() -> None:
    tree = ast.parse("F.dropout(x, training=self.training)")
    assert mentions(tree, "training")
    assert not mentions(tree, "train")


def test_code_of_any_depth_is_read() -> None:
    reading = read("x = " + "+".join(["1"] * 900) + "\nf()")
    assert [one.name for one in reading.calls] == ["f"]
