import numpy as np
import pytest

from grader.data.practice.raster import along_segment, to_bytes


def test_the_nearest_point_lies_on_the_segment() -> None:
    fraction, x, y = along_segment(np.array([[4.5, 10.5]]), np.array([[14.5, 10.5]]))
    assert fraction[0, 10, 9] == pytest.approx(0.5)
    assert (x[0, 13, 9], y[0, 13, 9]) == pytest.approx((0.0, 3.0), abs=1e-5)
    assert (x[0, 10, 20], y[0, 10, 20]) == pytest.approx((6.0, 0.0), abs=1e-5)


def test_a_segment_of_no_length_is_a_point() -> None:
    _, x, y = along_segment(np.array([[10.5, 10.5]]), np.array([[10.5, 10.5]]))
    assert np.hypot(x, y)[0, 14, 13] == pytest.approx(5.0)


def test_brightness_is_clipped_and_rounded() -> None:
    assert to_bytes(np.array([-1.0, 0.0, 0.499, 1.0, 2.0])).tolist() == [0, 0, 127, 255, 255]
