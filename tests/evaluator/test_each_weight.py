"""Each parameter is described: its size, the spread of its values, and how far it moved."""

import pytest
import torch

from grader.evaluator.weights import LARGEST, MOST, compared, each


def described(final: torch.Tensor, initial: torch.Tensor | None = None) -> dict[str, object]:
    before = {} if initial is None else {"w": initial}
    [found] = each({"w": final}, compared(before, {"w": final}))
    return found


def test_the_spread_is_the_deviation_about_the_mean() -> None:
    found = described(torch.tensor([[1.0, 3.0], [1.0, 3.0]]))
    assert found == {"name": "w", "size": 4, "spread": pytest.approx(1), "moved": None}


@pytest.mark.parametrize("constant", [0.0, 0.1, 1.0, -3.7e5])
def test_values_that_are_all_equal_have_no_spread(constant: float) -> None:
    assert described(torch.full((300, 40), constant))["spread"] == 0
    assert described(torch.tensor([constant]))["spread"] == 0


def test_a_weight_moves_relative_to_its_own_length() -> None:
    assert described(torch.tensor([3.0, 5.0]), torch.tensor([3.0, 4.0]))["moved"] == 0.2
    assert described(torch.tensor([3.0, 4.0]), torch.tensor([3.0, 4.0]))["moved"] == 0


def test_where_the_start_is_nothing_or_of_another_shape_it_is_not_told() -> None:
    assert described(torch.ones(2), torch.zeros(2))["moved"] is None
    assert described(torch.ones(2), torch.ones(3))["moved"] is None


def test_values_that_are_not_finite_have_no_spread_and_went_far() -> None:
    for broken in (float("nan"), float("inf")):
        found = described(torch.tensor([1.0, broken]), torch.ones(2))
        assert (found["spread"], found["moved"]) == (None, LARGEST)


def test_enormous_values_are_as_far_as_the_host_takes() -> None:
    found = described(torch.tensor([1e30, -1e30]), torch.tensor([1e-20, 0]))
    assert (found["spread"], found["moved"]) == (LARGEST, LARGEST)


def test_numbers_that_no_training_can_move_are_left_out() -> None:
    final = {"count": torch.tensor([1, 2]), "none": torch.zeros(0), "w": torch.ones(1)}
    found = {one["name"]: one["spread"] for one in each(final, {})}
    assert found == {"none": None, "w": 0}


def test_no_more_parameters_are_described_than_the_host_takes() -> None:
    found = each({f"w{number}": torch.ones(1) for number in range(MOST + 5)}, {})
    assert [one["name"] for one in found] == [f"w{number}" for number in range(MOST)]
