"""What the network sees of strokes: the same digit, whoever's pen drew it and wherever."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digits.drawing import Drawing
from digits.drawing.ink import Ink
from digits.drawing.preprocess import preprocess
from digits.drawing.retrace import PIECES, Tracing, retrace, seen_box

SEVEN = [[(0.1, 0.1), (0.6, 0.1), (0.3, 0.9)], [(0.2, 0.5), (0.55, 0.5)]]


def drawing(strokes, width=0.05, scale=1.0, shift=(0.0, 0.0)):
    return Drawing.of((np.array(stroke) * scale + shift for stroke in strokes), width)


def test_no_strokes_have_no_image():
    assert retrace(Drawing()) is None


def test_an_image_is_in_mnists_format():
    image = retrace(drawing(SEVEN))
    assert image.shape == (28, 28) and image.dtype == np.float32
    assert image.min() == 0 and image.max() == 1
    rows, columns = np.flatnonzero(image.max(axis=1)), np.flatnonzero(image.max(axis=0))
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == 20


@given(width=st.floats(0.005, 0.25), scale=st.floats(0.35, 1), x=st.floats(0, 1), y=st.floats(0, 1))
@settings(max_examples=50)
def test_pen_size_and_place_make_no_difference(width, scale, x, y):
    place = x * (1 - 0.6 * scale), y * (1 - 0.9 * scale)
    there = retrace(drawing(SEVEN, width, scale, place))
    np.testing.assert_allclose(there, retrace(drawing(SEVEN)), atol=0.01)


def test_the_line_is_as_thick_as_asked():
    upright = drawing([[(0.5, 0.1), (0.5, 0.9)]])
    for pen in (0.1, 0.15, 0.2):
        row = retrace(upright, pen)[14]
        assert row.sum() == pytest.approx(20 * pen, abs=0.3)


def test_the_strokes_are_where_ink_of_that_width_would_be():
    """Hardly smoothed, within what a quarter of a pixel, the finest that either is drawn in, can
    change."""
    ink = Ink(280)
    ink.draw(drawing(SEVEN, width=0.12 * 0.8 / 0.88))
    differences = np.abs(preprocess(ink.pixels) - retrace(drawing(SEVEN), 0.12, smoothing=0.1))
    assert differences.mean() < 0.02 and differences.max() < 0.5


def test_a_tremor_makes_little_difference():
    """Without smoothing, this one changes pixels by up to 0.94, and by 0.028 in the mean."""
    steady = np.linspace((0.2, 0.1), (0.7, 0.9), 80)
    trembling = steady + np.tile([[0.02, 0], [-0.02, 0]], (40, 1))
    differences = np.abs(retrace(drawing([steady])) - retrace(drawing([trembling])))
    assert differences.mean() < 0.02 and differences.max() < 0.5


def test_a_line_is_the_same_in_one_piece_and_in_many():
    shares = np.linspace(0, 1, 40)[:, None]
    corners = pairwise(np.array(SEVEN[0]))
    fine = np.concatenate([start + (end - start) * shares for start, end in corners])
    np.testing.assert_allclose(retrace(drawing([fine])), retrace(drawing(SEVEN[:1])), atol=0.02)


def test_every_line_of_a_long_drawing_is_seen():
    dots = [[(0.1, 0.1)]] * 2 * PIECES
    np.testing.assert_array_equal(retrace(drawing([*dots, *SEVEN])), retrace(drawing(SEVEN)))


@pytest.mark.parametrize("strokes", [[[(0.5, 0.5)]], [[(0.5, 0.5), (0.501, 0.502)]]])
def test_what_is_smaller_than_the_pen_is_a_dot(strokes):
    image = retrace(drawing(strokes, width=0.05))
    assert image.sum() > 0.6 * np.pi * 10**2  # a disc that nearly fills the box


def test_what_lies_outside_the_sheet_is_not_seen():
    strays = [[*SEVEN[0], (0.3, 1), (0.3, 40), (-7, 3), (-7, 0.9)], SEVEN[1], [(2, 2), (3, 2)]]
    stays = [[*SEVEN[0], (0.3, 1)], SEVEN[1]]
    np.testing.assert_allclose(retrace(drawing(strays)), retrace(drawing(stays)), atol=1e-5)


def test_a_line_through_the_sheet_is_seen_between_its_edges():
    through = retrace(drawing([[(0.5, -3), (0.5, 5)]]))
    np.testing.assert_allclose(through, retrace(drawing([[(0.5, 0), (0.5, 1)]])), atol=1e-5)


@pytest.mark.parametrize("edge", [[(0, 0), (0, 1)], [(1, 1), (0, 1)], [(0, 0)], [(1, 1)]])
def test_what_lies_on_the_edge_is_on_the_sheet(edge):
    assert retrace(drawing([edge])).max() == 1


def test_nothing_is_seen_of_strokes_that_are_all_outside():
    assert retrace(drawing([[(1.2, 0.5), (1.2, 0.8)], [(-0.2, 0.1), (0.1, -0.2)]])) is None


def test_the_box_of_a_stroke_is_around_what_is_seen_of_it():
    stray = drawing([[(0.25, 0.5), (0.75, 0.25), (1.25, 0.25), (1.25, 3), (7, 0.5)]])
    assert seen_box(stray.strokes[0]) == (0.25, 0.25, 1, 0.5)
    outside = drawing([[(1.5, 0.5), (1.5, 0.75)]])
    assert seen_box(outside.strokes[0]) is None


places = st.tuples(*[st.floats(-0.25, 1.25)] * 2)


@given(strokes=st.lists(st.lists(places, min_size=1, max_size=60), max_size=6), data=st.data())
@settings(max_examples=60, deadline=None)
def test_retraced_while_a_hand_draws_a_drawing_looks_like_retraced_anew(strokes, data):
    """Whenever it is looked at, however little was done of it until then, also if a step is taken
    back."""
    tracing, one = Tracing(), Drawing()
    for points in strokes:
        one.begin(points[0], 0.05)
        for point in points[1:]:
            one.extend(point)
            if data.draw(st.booleans()):
                tracing.go_on(one.strokes)
        if data.draw(st.booleans()):
            one.undo()
    while not tracing.go_on(one.strokes):
        pass
    seen, anew = tracing.image(), retrace(one)
    assert (seen is None) == (anew is None)
    if anew is not None:
        np.testing.assert_allclose(seen, anew, atol=1e-5)
