import numpy as np
import pytest

from digits.data.pen_strokes import PenDigit
from digits.drawing.retrace import retrace
from digits.learning import non_digits

ONE = PenDigit([np.array([[100, 100], [100, 200]], np.float32)], label=1, writer=1)
ELL = PenDigit([np.array([[0, 0], [0, 50], [30, 50]], np.float32)], label=4, writer=1)
KINDS = [*non_digits.TRAINED, *non_digits.UNTRAINED]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_drawn_and_seen(kind):
    generator = np.random.default_rng(0)
    for _ in range(20):
        drawing = non_digits.draw(kind, generator, [ONE, ELL])
        points = np.concatenate([stroke.points for stroke in drawing.strokes])
        assert np.isfinite(points).all()
        assert retrace(drawing).max() == 1


@pytest.mark.parametrize("kind", KINDS)
def test_no_two_drawings_of_a_kind_are_alike_but_the_same_seed_repeats_them(kind):
    def images(seed):
        generator = np.random.default_rng(seed)
        return [retrace(non_digits.draw(kind, generator, [ONE, ELL])) for _ in range(5)]

    for first, again in zip(images(1), images(1), strict=True):
        np.testing.assert_array_equal(first, again)
    assert len({image.tobytes() for image in images(1) + images(2)}) > 5


def test_kinds_kept_out_of_training_are_other_kinds_and_other_letters():
    assert not non_digits.TRAINED.keys() & non_digits.UNTRAINED.keys()
    assert not set(non_digits.LETTERS.values()) & set(non_digits.OTHER_LETTERS.values())
    assert not set(non_digits.SIGNS.values()) & set(non_digits.OTHER_SIGNS.values())


def test_two_digits_stand_apart():
    drawing = non_digits.draw("two digits", np.random.default_rng(0), [ONE])
    left, right = (np.array(stroke.points)[:, 0] for stroke in drawing.strokes)
    assert abs(left.mean() - right.mean()) > 0.04
