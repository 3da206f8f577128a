import numpy as np
from numpy.random import RandomState

from grader.data.practice.chance import bell, clouds, shuffled, spread, uniform


def test_uniform_stays_in_its_range() -> None:
    values = uniform(RandomState(0), 2.0, 3.0, 1000)
    assert values.min() >= 2.0
    assert values.max() < 3.0


def test_bell_has_its_deviation_and_no_tail() -> None:
    values = bell(RandomState(0), 0.5, 20_000)
    assert abs(values.mean()) < 0.02
    assert abs(values.std() - 0.5) < 0.02
    assert np.abs(values).max() <= 1.5


def test_spread_covers_its_range_evenly_in_some_order() -> None:
    assert sorted(spread(RandomState(0), 0.0, 4.0, 4)) == [0.5, 1.5, 2.5, 3.5]


def test_shuffled_is_a_permutation() -> None:
    assert sorted(shuffled(RandomState(0), 9)) == list(range(9))


def test_clouds_are_smooth() -> None:
    field = clouds(RandomState(0), 5, 3, 2.0)
    assert field.shape == (5, 28, 28)
    assert np.abs(np.diff(field, axis=1)).max() < 1.0
