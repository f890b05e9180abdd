import inspect

import numpy as np
import pytest

from digits.data import examples
from digits.learning.augment import augment
from digits.recognizer import SHIPPED_MODEL
from nn.nets import Net

NOTHING = dict.fromkeys(["rotation", "scale", "shear", "shift", "elastic", "thickness"], 0)


def digits(m=32):
    """m smooth blobs off the centre, brightest pixel 1, well inside a wide margin of paper."""
    y, x = np.mgrid[:28, :28].astype(np.float32)
    generator = np.random.default_rng(0)
    cy, cx = generator.uniform(11, 17, (2, m, 1, 1)).astype(np.float32)
    blobs = np.exp(-((y - cy) ** 2) / 18 - (x - cx) ** 2 / 6)
    blobs[blobs < 0.02] = 0
    return blobs / blobs.max(axis=(1, 2), keepdims=True)


def augmented(images, seed=0, **limits):
    return augment(images, np.random.default_rng(seed), **NOTHING | limits)


def mass_centres(images):
    y, x = np.mgrid[:28, :28]
    total = images.sum(axis=(1, 2))
    return np.stack([(images * y).sum(axis=(1, 2)), (images * x).sum(axis=(1, 2))]) / total


def leaning(images):
    """The direction of each image's longest axis, in degrees from the vertical."""
    y, x = np.mgrid[:28, :28]
    cy, cx = mass_centres(images)[:, :, None, None]
    xx, yy, xy = (
        (images * moment).sum(axis=(1, 2))
        for moment in ((x - cx) ** 2, (y - cy) ** 2, (x - cx) * (y - cy))
    )
    return np.rad2deg(np.arctan2(2 * xy, yy - xx) / 2)


def test_new_images_are_like_the_old_ones_in_kind():
    images = digits()
    before = images.copy()
    result = augment(images, np.random.default_rng(0))
    assert result.shape == images.shape
    assert result.dtype == np.float32
    assert result.min() >= 0
    np.testing.assert_array_equal(result.max(axis=(1, 2)), 1)
    np.testing.assert_array_equal(images, before)


def test_strength_is_a_factor_of_every_limit():
    images, limits = digits(), inspect.signature(augment).parameters.values()
    halves = {one.name: one.default / 2 for one in limits if one.kind is one.KEYWORD_ONLY}
    half = augment(images, np.random.default_rng(0), 0.5)
    np.testing.assert_array_equal(half, augment(images, np.random.default_rng(0), **halves))
    np.testing.assert_allclose(augment(images, np.random.default_rng(0), 0), images, atol=1e-6)


def test_the_same_seed_gives_the_same_images_and_another_seed_others():
    images = digits()
    first, again, other = (augment(images, np.random.default_rng(s)) for s in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max(axis=(1, 2)).min() > 0.1


def test_without_strength_nothing_changes():
    np.testing.assert_allclose(augmented(digits()), digits(), atol=1e-6)


def test_a_blank_image_stays_blank():
    assert not augment(np.zeros((2, 28, 28), np.float32), np.random.default_rng(0)).any()


def test_shift_moves_up_to_its_limit_in_pixels():
    moved = mass_centres(augmented(digits(500), shift=2)) - mass_centres(digits(500))
    assert 1.9 < np.abs(moved).max() < 2.01
    assert np.abs(moved.mean(axis=1)).max() < 0.2


def test_rotation_turns_up_to_its_limit_in_degrees():
    turned = leaning(augmented(digits(500), rotation=15)) - leaning(digits(500))
    assert 14 < np.abs(turned).max() < 15.5
    assert abs(turned.mean()) < 1.5


def test_scale_changes_the_size_up_to_its_limit():
    area = augmented(digits(500), scale=0.15).sum(axis=(1, 2)) / digits(500).sum(axis=(1, 2))
    assert 1 / 1.15**2 - 0.02 < area.min() < 0.85
    assert 1.2 < area.max() < 1 / 0.85**2 + 0.02


def test_shear_leans():
    lean = leaning(augmented(digits(500), shear=0.2)) - leaning(digits(500))
    assert lean.min() < -8
    assert lean.max() > 8


def test_turned_and_leaned_at_once_an_image_keeps_its_area():
    area = augmented(digits(200), rotation=30, shear=0.5).sum(axis=(1, 2))
    np.testing.assert_allclose(area, digits(200).sum(axis=(1, 2)), rtol=0.1)


def test_elastic_bends_by_about_its_size_and_smoothly():
    ramp = np.broadcast_to(np.arange(28, dtype=np.float32) / 27, (500, 28, 28)).copy()
    x = augmented(ramp, elastic=1) * 27  # where each pixel came from
    moved = (x - np.arange(28))[:, 4:-4, 4:-4]
    assert moved.std() == pytest.approx(1, abs=0.2)
    assert np.diff(moved, axis=1).std() < 0.2


def test_elastic_bends_across_and_down_independently():
    ramp = np.broadcast_to(np.arange(28, dtype=np.float32) / 27, (500, 28, 28)).copy()
    across, down = augmented(ramp, elastic=1), augmented(ramp.swapaxes(1, 2), elastic=1)
    moved = [(x - y)[:, 4:-4, 4:-4] for x, y in ((across, ramp), (down, ramp.swapaxes(1, 2)))]
    assert abs(np.corrcoef(*(one.ravel() for one in moved))[0, 1]) < 0.2


def test_by_default_digits_stay_readable_and_keep_about_their_ink():
    with np.load(examples.SHIPPED) as shipped:
        images, labels = shipped["images"].astype(np.float32) / 255, shipped["labels"]
    varied = augment(images, np.random.default_rng(0))
    answers = Net.load_model(SHIPPED_MODEL).predict(varied).argmax(axis=1)
    assert (answers == labels).mean() > 0.95
    ink = varied.sum(axis=(1, 2)) / images.sum(axis=(1, 2))
    assert ink.min() > 0.5 and ink.max() < 2


def test_thickness_grows_and_thins_strokes():
    line = np.zeros((500, 28, 28), np.float32)
    line[:, 4:24, 12:16] = 1
    width = augmented(line, thickness=0.5)[:, 14].sum(axis=1)
    assert 3 <= width.min() < 3.1
    assert 4.9 < width.max() <= 5
