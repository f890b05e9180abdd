"""Smoothing: what stays of a path, and what goes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digits.drawing.smoothing import smoothed


def lines(*paths):
    """The lines of paths, as one array of their starts and one of their ends."""
    paths = [np.array(path, np.float32) for path in paths]
    return tuple(np.concatenate([path[ends] for path in paths]) for ends in np.s_[:-1, 1:])


def points(starts, ends):
    """Those of a single path."""
    np.testing.assert_array_equal(starts[1:], ends[:-1])
    return np.concatenate([starts, ends[-1:]])


def test_a_straight_line_stays_as_it_is():
    found = points(*smoothed(*lines([(0, 0), (1, 0), (4, 0)]), 0.8, 0.1)[:2])
    np.testing.assert_allclose(found[:, 0], np.arange(41) / 10, atol=1e-6)
    assert not found[:, 1].any()


def test_each_point_is_the_mean_of_the_path_around_it_and_the_ends_stay():
    path = np.random.default_rng(0).random((9, 2)).astype(np.float32)
    found = points(*smoothed(*lines(path), 0.3, 0.05)[:2])
    np.testing.assert_array_equal(found[[0, -1]], path[[0, -1]])
    way = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))])
    for place, point in list(zip(np.arange(len(found)) * 0.05, found, strict=True))[1:-1]:
        half = min(0.15, place, way[-1] - place)
        around = place + np.linspace(-half, half, 20_001)
        mean = [np.interp(around, way, column).mean() for column in path.T]
        np.testing.assert_allclose(point, mean, atol=1e-4)


def test_paths_that_do_not_touch_are_smoothed_apart():
    one, other = [(0, 0), (1, 0)], [(1, 0.1), (1, 1), (2, 1)]
    both = smoothed(*lines(one, other), 0.4, 0.1)[:2]
    apart = zip(*(smoothed(*lines(path), 0.4, 0.1)[:2] for path in (one, other)), strict=True)
    np.testing.assert_allclose(both, [np.concatenate(part) for part in apart], atol=1e-6)


def test_a_dot_stays_where_it_is():
    starts, ends, _ = smoothed(*lines([(0.3, 0.7), (0.3, 0.7)]), 0.1, 0.05)
    np.testing.assert_allclose([starts[0], ends[0]], [(0.3, 0.7)] * 2, rtol=1e-6)


@pytest.mark.parametrize("width", [0.05, 0.3])
@given(path=st.lists(st.tuples(*[st.integers(0, 50)] * 2), min_size=3, max_size=30), data=st.data())
def test_what_is_settled_is_the_same_when_the_path_goes_on(width, path, data):
    path = np.array(path) / 50
    settled_is_the_same(path, data.draw(st.integers(2, len(path))), width)


def test_a_point_whose_width_ends_with_the_path_is_not_settled():
    settled_is_the_same(np.array([(1, 9), (1, 34), (0, 0)]) / 50, 2, 0.3)


def settled_is_the_same(path, some, width):
    """Whether the lines that are settled after some of the points are the same after all."""
    before, whole = (smoothed(*lines(part), width, 0.07) for part in (path[:some], path))
    settled = before[2]
    for part in (0, 1):
        np.testing.assert_array_equal(before[part][:settled], whole[part][:settled])
