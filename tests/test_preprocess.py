from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.ndimage import center_of_mass

from digits.drawing.ink import Ink
from digits.drawing.preprocess import preprocess
from digits.recognizer import Recognizer

sides = st.integers(1, 50)
inks = arrays(
    np.float32,
    st.tuples(sides, sides),
    elements=st.floats(0, 1, width=32).map(lambda value: value if value > 0.01 else 0.0),
).filter(np.any)


def enlarged(image, times):
    return image.repeat(times, axis=0).repeat(times, axis=1)


def extents(image):
    """Height and width of the ink's bounding box."""
    return [np.ptp(np.flatnonzero(image.any(axis=axis))) + 1 for axis in (1, 0)]


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.uint8, bool])
def test_blank_ink_gives_none(dtype):
    assert preprocess(np.zeros((100, 70), dtype)) is None


@pytest.mark.parametrize(
    "ink",
    [
        np.zeros((28, 28, 1)),
        np.zeros(784),
        np.zeros((0, 5)),
        np.full((9, 9), np.nan),
        np.diag([np.inf] * 9),
        -np.eye(9),
    ],
    ids=["3-D", "1-D", "empty", "NaN", "infinite", "negative"],
)
def test_what_is_not_ink_is_refused(ink):
    with pytest.raises(ValueError, match="ink"):
        preprocess(ink)


@given(inks)
def test_any_ink_gets_mnists_format(ink):
    image = preprocess(ink)
    assert image.shape == (28, 28)
    assert image.dtype == np.float32
    assert image.min() >= 0
    assert image.max() == 1
    assert max(extents(image)) <= 20


@given(inks, st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))
def test_place_does_not_matter(ink, above, below, before, after):
    placed = np.pad(ink, ((above, below), (before, after)))
    np.testing.assert_array_equal(preprocess(placed), preprocess(ink))


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.float64])
def test_scale_and_type_of_the_brightness_do_not_matter(dtype):
    ink = np.random.default_rng(0).integers(0, 256, (40, 30))
    expected = preprocess(ink.astype(np.float32) / 255)
    np.testing.assert_allclose(preprocess(ink.astype(dtype)), expected, atol=1e-6)


@pytest.mark.parametrize("size", [30, 57, 121, 333, 560])
@pytest.mark.parametrize("shape", ["wide", "tall"])
def test_the_longer_side_becomes_20_and_the_other_keeps_its_proportion(size, shape):
    ink = Ink(size)
    ink.line((0.1, 0.3), (0.9, 0.7), 0.1)
    pixels = ink.pixels if shape == "wide" else ink.pixels.T
    height, width = extents(pixels)
    image = preprocess(pixels)
    assert max(extents(image)) == 20
    assert min(extents(image)) == pytest.approx(20 * min(height, width) / max(height, width), abs=1)


@pytest.mark.parametrize("size", [40, 101, 560])
def test_the_mass_rounds_to_pixel_14_14(size):
    for seed in range(20):
        ink = Ink(size)
        points = np.random.default_rng(seed).uniform(0, 1, (6, 2)).tolist()
        for start, end in pairwise(points):
            ink.line(start, end, 0.08)
        np.testing.assert_allclose(center_of_mass(preprocess(ink.pixels)), 14, atol=0.5 + 1e-4)


def test_lopsided_ink_stays_inside_the_image():
    ink = np.zeros((200, 200))
    ink[:20, :] = 1  # the mass lies high,
    ink[:, :2] = 0.05  # but a faint stroke reaches far down
    assert extents(preprocess(ink)) == [20, 20]


def test_ink_smaller_than_the_box_is_enlarged_smoothly():
    ink = np.zeros((28, 28), np.float32)
    ink[3:8, 3:8] = np.hypot(*np.mgrid[-2:3, -2:3]) < 2.5
    small, large = (preprocess(image)[4:24, 4:24] for image in (ink, enlarged(ink, 40)))
    assert extents(small) == extents(large) == [20, 20]
    assert np.abs(np.diff(small, axis=0)).max() < 0.3
    assert np.abs(np.diff(large, axis=0)).max() == 1  # as blocks would have it


def area_means(ink, side):
    """`ink` (n, n) reduced to (side, side): the mean over what each new pixel covers."""
    old = np.arange(len(ink))
    edges = np.arange(side + 1)[:, None] * len(ink) / side
    overlap = np.minimum(edges[1:], old + 1) - np.maximum(edges[:-1], old)
    weights = np.maximum(overlap, 0) * side / len(ink)
    return weights @ ink @ weights.T


@pytest.mark.parametrize("size", [50, 77, 137, 333])
def test_reducing_by_no_whole_number_does_not_alias(size):
    noise = np.random.default_rng(size).random((size, size))  # a sample of it would be noise again
    image = preprocess(noise)
    (rows,), (columns,) = (np.nonzero(image.any(axis=axis)) for axis in (1, 0))
    expected = area_means(noise, 20)
    found = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    np.testing.assert_allclose(found, expected / expected.max(), atol=0.06)


@pytest.mark.parametrize("size", [28, 80, 333, 560])
def test_where_no_ink_is_the_image_is_0_exactly_beside_ink_of_any_strength(size):
    ink = np.random.default_rng(0).random((size, size)) ** 30
    ink[:, size // 4 : -size // 4] = 0
    image = preprocess(ink)
    assert (image[:, 12:16] == 0).all()
    assert image.min() == 0


@pytest.mark.parametrize("size", [7, 20, 33, 100, 137])
def test_a_centre_of_mass_between_two_pixels_goes_to_the_later_one(size):
    rows, columns = np.nonzero(preprocess(np.full((size, size), 0.3)))
    assert rows.min() == columns.min() == 4  # the mass lies at 13.5, not 14.5


def test_mnist_images_come_back_unchanged(mnist_test):
    images, _ = mnist_test
    same = [np.allclose(preprocess(i), i / i.max(), atol=1e-5) for i in images]
    assert np.mean(same) > 0.999  # three of 10,000 are not 20 pixels long


def test_mnist_images_enlarged_20_times_come_back_and_are_read_as_before(mnist_test):
    images = mnist_test[0][::20]
    returned = np.stack([preprocess(enlarged(image, 20)) for image in images])
    originals = images / images.max(axis=(1, 2), keepdims=True)
    error = np.abs(returned - originals).max(axis=(1, 2))
    assert np.mean(error < 1e-6) > 0.995  # three of all 10,000 are not 20 pixels long

    net = Recognizer.load().net
    before, after = (net.predict(x.reshape(-1, 784)).argmax(axis=1) for x in (originals, returned))
    np.testing.assert_array_equal(after, before)
