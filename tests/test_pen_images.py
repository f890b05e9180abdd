import numpy as np
import pytest

from digits.data import pen_images
from digits.data.pen_images import render
from digits.drawing import Drawing


def upright(points=((0.5, 0.1), (0.5, 0.9))):
    return Drawing.of([points], 0.05)


def test_pens_differ_in_width():
    ink = render([upright()] * 20, np.random.default_rng(0)).sum(axis=(1, 2))
    assert ink.max() > 1.5 * ink.min()


def test_a_tremor_is_smoothed_more_or_less(monkeypatch):
    monkeypatch.setattr(pen_images, "PEN_WIDTHS", (0.1, 0.1))
    trembling = upright([(0.5 + 0.02 * (-1) ** i, 0.1 + 0.02 * i) for i in range(41)])
    images, steady = (
        render([drawing] * 10, np.random.default_rng(0)) for drawing in (trembling, upright())
    )
    assert (steady == steady[0]).all()
    left = np.abs(images - steady).sum(axis=(1, 2))  # of the tremor
    assert left.max() > 1.3 * left.min()


def test_the_same_seed_takes_the_same_pens():
    images = [render([upright()] * 3, np.random.default_rng(7)) for _ in range(2)]
    np.testing.assert_array_equal(*images)


@pytest.mark.parametrize("drawings", [[], [upright(((0.5, 0.5),))], [upright()] * 3])
def test_every_drawing_becomes_an_image_in_the_networks_format(drawings):
    images = render(drawings, np.random.default_rng(0))
    assert images.shape == (len(drawings), 28, 28)
    assert images.dtype == np.float32
    assert all(image.max() == 1 for image in images)
