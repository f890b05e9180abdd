import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digits.drawing import Drawing
from digits.drawing.ink import Ink

SIZE = 64
near = st.floats(-0.5, 1.5)
points = st.tuples(near, near)
widths = st.floats(0.001, 0.3)


def drawn(start, end, width, size=SIZE):
    ink = Ink(size)
    ink.line(start, end, width)
    return ink.pixels


def test_a_sheet_is_blank_until_drawn_on():
    ink = Ink(SIZE)
    assert ink.pixels.dtype == np.float32
    assert not ink.pixels.any()
    ink.line((0.2, 0.2), (0.8, 0.8), 0.1)
    assert ink.pixels.any()


@given(points, points, widths)
def test_ink_lies_between_0_and_1_and_inside_the_returned_box(start, end, width):
    ink = Ink(SIZE)
    box = ink.line(start, end, width)
    assert 0 <= ink.pixels.min() <= ink.pixels.max() <= 1
    if box is not None:
        left, top, right, bottom = box
        assert 0 <= left < right <= SIZE
        assert 0 <= top < bottom <= SIZE
        ink.pixels[top:bottom, left:right] = 0
    assert not ink.pixels.any()


@given(points, points, widths)
def test_a_line_looks_the_same_drawn_backwards(start, end, width):
    np.testing.assert_allclose(drawn(start, end, width), drawn(end, start, width), atol=1e-4)


@given(points, points, widths, st.floats(0, 1))
def test_a_line_equals_its_two_halves(start, end, width, share):
    between = tuple(a + share * (b - a) for a, b in zip(start, end, strict=True))
    halves = Ink(SIZE)
    halves.line(start, between, width)
    halves.line(between, end, width)
    np.testing.assert_allclose(drawn(start, end, width), halves.pixels, atol=1e-3)


@given(st.lists(st.tuples(points, points, widths), min_size=1, max_size=5), st.randoms())
def test_the_order_of_lines_does_not_matter(lines, random):
    one, other = Ink(SIZE), Ink(SIZE)
    for line in lines:
        one.line(*line)
    random.shuffle(lines)
    for line in lines:
        other.line(*line)
    np.testing.assert_array_equal(one.pixels, other.pixels)


@pytest.mark.parametrize("radius", [0.02, 0.1, 0.31])
def test_a_dot_is_a_disc_of_the_pens_width(radius):
    pixels = drawn((0.5, 0.5), (0.5, 0.5), 2 * radius, size=200)
    assert pixels.sum() / 200**2 == pytest.approx(np.pi * radius**2, rel=0.02)
    np.testing.assert_allclose(pixels, pixels.T, atol=1e-4)


def test_a_line_is_a_capsule_of_the_pens_width():
    pixels = drawn((0.2, 0.3), (0.7, 0.6), 0.1, size=200)
    area = np.hypot(0.5, 0.3) * 0.1 + np.pi * 0.05**2
    assert pixels.sum() / 200**2 == pytest.approx(area, rel=0.01)


def test_x_runs_right_and_y_runs_down():
    pixels = drawn((0.75, 0.25), (0.75, 0.25), 0.1)
    assert pixels[SIZE // 4, 3 * SIZE // 4] == 1
    assert not pixels[SIZE // 2 :].any()
    assert not pixels[:, : SIZE // 2].any()


def test_a_fast_stroke_leaves_no_gap():
    pixels = drawn((-1.0, 0.1), (2.0, 0.9), 0.05)
    assert (pixels.max(axis=0) == 1).all()


def test_a_line_off_the_sheet_changes_nothing():
    ink = Ink(SIZE)
    assert ink.line((1.2, 0.5), (1.9, 0.5), 0.1) is None
    assert ink.line((0.5, -0.4), (0.5, -0.2), 0.1) is None
    assert not ink.pixels.any()


@given(
    strokes=st.lists(st.tuples(points, points, widths), min_size=1, max_size=4),
    box=st.tuples(*[st.integers(0, SIZE // 2)] * 2, *[st.integers(SIZE // 2 + 1, SIZE)] * 2),
)
def test_redrawn_a_box_shows_what_it_showed(strokes, box):
    drawing, ink = Drawing(), Ink(SIZE)
    for start, end, width in strokes:
        drawing.begin(start, width)
        drawing.extend(end)
    ink.draw(drawing)
    before = ink.pixels.copy()
    left, top, right, bottom = box
    ink.pixels[top:bottom, left:right] = 0.5
    ink.redraw(box, drawing)
    np.testing.assert_array_equal(ink.pixels, before)


@pytest.mark.parametrize("edge", [16, 48])
def test_redrawing_reaches_as_far_as_a_pen_does(edge):
    """The box ends where only the last, faint pixels of a line's edge are."""
    for offset in np.linspace(-0.12, 0.12, 97):
        drawing, ink = Drawing(), Ink(SIZE)
        drawing.begin((edge / SIZE + offset, 0.5), 0.2)
        ink.draw(drawing)
        before = ink.pixels.copy()
        ink.redraw((0, 0, edge, SIZE) if offset > 0 else (edge, 0, SIZE, SIZE), drawing)
        np.testing.assert_array_equal(ink.pixels, before)


def test_a_drawing_is_its_strokes_and_a_single_point_is_a_dot():
    drawing = Drawing()
    assert not drawing
    drawing.begin((0.2, 0.2), 0.1)
    drawing.extend((0.5, 0.2))
    drawing.extend((0.5, 0.7))
    drawing.begin((0.8, 0.8), 0.2)
    assert drawing
    by_drawing, by_lines = Ink(SIZE), Ink(SIZE)
    by_drawing.draw(drawing)
    by_lines.line((0.2, 0.2), (0.5, 0.2), 0.1)
    by_lines.line((0.5, 0.2), (0.5, 0.7), 0.1)
    by_lines.line((0.8, 0.8), (0.8, 0.8), 0.2)
    np.testing.assert_array_equal(by_drawing.pixels, by_lines.pixels)
    drawing.clear()
    assert not drawing
