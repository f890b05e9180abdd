import numpy as np
import pytest

from digits.pen_images import as_drawing, render
from digits.pen_strokes import PenDigit


def pen_digit(*strokes, label=1):
    return PenDigit([np.array(stroke, np.float32) for stroke in strokes], label, writer=1)


SEVEN = pen_digit([[10, 10], [60, 10], [30, 110]], [[25, 60], [55, 60]], label=7)


def test_a_pen_digit_is_drawn_in_the_middle_with_its_longer_side_as_asked():
    drawing = as_drawing(SEVEN, height=0.6, width=0.1)
    points = np.array([point for stroke in drawing.strokes for point in stroke.points])
    low, high = points.min(axis=0), points.max(axis=0)
    np.testing.assert_allclose(high - low, [0.3, 0.6])
    np.testing.assert_allclose((high + low) / 2, 0.5)
    assert [len(stroke.points) for stroke in drawing.strokes] == [3, 2]
    assert {stroke.width for stroke in drawing.strokes} == {0.1}


def test_where_and_how_large_a_digit_was_written_makes_no_difference():
    moved = pen_digit(*(stroke * 3 + 40 for stroke in SEVEN.strokes), label=7)
    images = [render([digit], np.random.default_rng(0)) for digit in (SEVEN, moved)]
    np.testing.assert_allclose(*images, atol=1e-4)


def test_pens_differ_in_width():
    images = render([SEVEN] * 20, np.random.default_rng(0))
    ink = images.sum(axis=(1, 2))
    assert ink.max() > 1.5 * ink.min()


@pytest.mark.parametrize("digits", [[], [pen_digit([[5, 5]])], [SEVEN] * 3])
def test_every_digit_becomes_an_image_in_the_networks_format(digits):
    images = render(digits, np.random.default_rng(0))
    assert images.shape == (len(digits), 28, 28)
    assert images.dtype == np.float32
    assert all(image.max() == 1 for image in images)
