import numpy as np
import pytest

from digits.data.pen_strokes import PenDigit
from digits.drawing.retrace import retrace
from digits.learning import figures, non_digits, rows, signs
from digits.learning.paths import box

ONE = PenDigit([np.array([[100, 100], [100, 200]], np.float32)], label=1, writer=1)
ELL = PenDigit([np.array([[0, 0], [0, 50], [30, 50]], np.float32)], label=4, writer=1)
STRANGER = PenDigit([np.array([[0, 0], [90, 0]], np.float32)], label=7, writer=2)
KINDS = [*non_digits.TRAINED, *non_digits.HELD_OUT]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_drawn_and_seen(kind):
    generator = np.random.default_rng(0)
    for _ in range(20):
        drawing = non_digits.draw(kind, generator, [ONE, ELL])
        points = np.concatenate([stroke.points for stroke in drawing.strokes])
        assert np.isfinite(points).all()
        assert points.min() > 0 and points.max() < 1
        assert retrace(drawing).max() == 1


@pytest.mark.parametrize("kind", KINDS)
def test_no_two_drawings_of_a_kind_are_alike_but_the_same_seed_repeats_them(kind):
    def images(seed):
        generator = np.random.default_rng(seed)
        return [retrace(non_digits.draw(kind, generator, [ONE, ELL])) for _ in range(5)]

    for first, again in zip(images(1), images(1), strict=True):
        np.testing.assert_array_equal(first, again)
    assert len({image.tobytes() for image in images(1) + images(2)}) > 5


def test_kinds_kept_out_of_training_are_other_kinds_and_other_figures():
    assert not set(non_digits.TRAINED) & set(non_digits.HELD_OUT)
    assert set(non_digits.OFTEN) <= set(non_digits.TRAINED)
    assert not set(figures.LETTERS.values()) & set(figures.OTHER_LETTERS.values())
    assert not set(figures.SIGNS.values()) & set(figures.OTHER_SIGNS.values())


@pytest.mark.parametrize("twin", ["I", "l", "O", "o", "D", "U", "Q", "Z", "z", "S", "s", "B", "G"])
def test_letters_that_look_like_digits_are_left_out(twin):
    assert twin not in figures.LETTERS | figures.OTHER_LETTERS


def test_frames_are_never_empty_nor_crossed_once():
    for seed in range(50):
        outline, *inside = signs.frame(np.random.default_rng(seed))
        assert np.allclose(outline[0], outline[-1])
        assert sum(len(path) - 1 for path in inside) >= 2


@pytest.mark.parametrize("gap", [-0.15, 0, 0.1, 0.5])
def test_digits_stand_side_by_side_at_the_gap(gap):
    square = [np.array([[0, 0], [0.6, 0], [0.6, 1], [0, 1], [0, 0]])]
    for seed in range(10):
        left, right = rows.side_by_side([square, square], (gap, gap), np.random.default_rng(seed))
        assert right[:, 0].min() - left[:, 0].max() == pytest.approx(gap)


def test_narrow_digits_overlap_by_half_of_their_width_at_most():
    wide, narrow = ([np.array([[0, 0], [width, 1]])] for width in (0.6, 0.2))
    for pair in ([wide, narrow], [narrow, wide], [narrow, narrow]):
        left, right = rows.side_by_side(pair, (-0.5, -0.5), np.random.default_rng(0))
        overlap = left[:, 0].max() - right[:, 0].min()
        assert 0.08 < overlap < 0.12


def test_a_row_is_written_by_one_person():
    digits = [ONE, STRANGER, ELL]
    for seed in range(20):
        row = rows.of_a_writer(np.random.default_rng(seed), digits, 3)
        flat = [box(paths)[1][1] == 0 for paths in row]
        assert len(set(flat)) == 1, "the stranger's digit is flat, the others are not"
