from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digits.data.pen_strokes import PenDigit
from digits.drawing.retrace import retrace
from digits.learning import hands
from digits.learning.paths import along, box, fine, unit

HANDS = hands.TRAINED | hands.HELD_OUT
CUT = ("gapped", "twice")  # what changes the number of strokes

angle = np.linspace(0, 2 * np.pi, 60)
RING = np.stack([0.3 * np.sin(angle) + 0.3, 0.5 - 0.5 * np.cos(angle)], axis=1)
STEM = np.array([[0.7, 0.1], [0.7, 0.5], [0.7, 1.0]])
DOT = np.array([[0.9, 0.9]])


def distance(paths, others):
    """How far the farthest point of the paths is from the others."""
    to = np.concatenate([fine(path, 0.01) for path in others])
    return max(
        np.hypot(*(to - point).T).min() for path in paths for point in fine(np.asarray(path), 0.01)
    )


def area(ring):
    """What a closed path encloses (the shoelace formula)."""
    x, y = ring.T
    return abs(x[:-1] @ y[1:] - x[1:] @ y[:-1]) / 2


@pytest.mark.parametrize("name", HANDS)
def test_a_hand_keeps_strokes_apart_and_dots_dots(name):
    for seed in range(20):
        drawn = HANDS[name]([RING, STEM, DOT], np.random.default_rng(seed))
        if name not in CUT:
            assert len(drawn) == 3
        assert all(np.isfinite(path).all() for path in drawn)
        assert sum(along(path)[-1] < 0.05 for path in drawn) >= 1, "the dot has gone"
    if name == "twice":
        assert len(drawn) == 6


@pytest.mark.parametrize("name", [n for n in HANDS if n not in ("stretched", "slanted", "turned")])
def test_a_hand_stays_near_what_it_draws(name):
    for seed in range(20):
        paths = [RING, STEM]
        drawn = HANDS[name](paths, np.random.default_rng(seed))
        far = 0.3 if name in ("tapered", "bent", "overshot", "twice") else 0.2
        assert distance(drawn, paths) < far
        assert distance(paths, drawn) < far


@pytest.mark.parametrize("name", [n for n in HANDS if n != "gapped"])
def test_a_ring_stays_a_ring(name):
    for seed in range(20):
        (drawn, *_) = HANDS[name]([RING], np.random.default_rng(seed))
        ends, size = np.hypot(*(drawn[0] - drawn[-1])), np.ptp(drawn, axis=0)
        assert ends < 0.35
        middle = (drawn.min(axis=0) + drawn.max(axis=0)) / 2
        assert np.hypot(*((fine(drawn, 0.02) - middle) / size).T).min() > 0.2, "it is filled"


@pytest.mark.parametrize("name", HANDS)
def test_drawings_differ_and_the_same_seed_repeats_them(name):
    digit = PenDigit([100 + 300 * RING, 100 + 300 * STEM], label=9, writer=1)

    def image(seed):
        return retrace(hands.draw(digit, HANDS[name], np.random.default_rng(seed))).tobytes()

    assert image(1) == image(1)
    assert len({image(seed) for seed in range(8)}) > 1


def test_no_hand_is_both_trained_and_held_out():
    assert not hands.TRAINED.keys() & hands.HELD_OUT.keys()
    assert not set(hands.TRAINED.values()) & set(hands.HELD_OUT.values())


def test_stretching_makes_neither_lines_nor_bands():
    widths = []
    for seed in range(50):
        low, high = box(hands.stretched([RING], np.random.default_rng(seed)))
        widths.append((high - low)[0])
    assert 0.2 <= min(widths) < 0.3  # 0.6 before
    assert 1 < max(widths) <= 1.3


def test_stretching_makes_no_ring_of_what_is_narrow():
    narrow = RING * [1 / 6, 1]  # a 1 drawn as a narrow loop, not a 0
    for seed in range(50):
        low, high = box(hands.stretched([narrow], np.random.default_rng(seed)))
        assert (high - low)[0] <= 0.2 + 1e-9  # 0.1 before


def test_turning_leans_to_both_sides_and_lays_nothing_down():
    ways = [
        np.subtract(*hands.turned([STEM[[0, 2]]], np.random.default_rng(seed))[0]) @ [1, 1j]
        for seed in range(50)
    ]
    degrees = np.angle(np.array(ways) / -1j, deg=True)
    assert -30 < degrees.min() < -15
    assert 15 < degrees.max() < 30


def test_an_angular_ring_is_still_round():
    for seed in range(100):
        (drawn,) = hands.angular([RING], np.random.default_rng(seed))
        assert area(drawn) > 0.7 * area(RING)


def test_an_upright_line_can_be_stretched():
    line = np.array([[0.0, 0.0], [0.0, 1.0]])
    np.testing.assert_allclose(hands.stretched([line], np.random.default_rng(0)), [line])


@given(st.integers(0, 2**32 - 1), st.floats(0.005, 0.2))
def test_corners_are_points_of_the_path_and_stay_within_the_tolerance(seed, tolerance):
    path = np.cumsum(np.random.default_rng(seed).normal(0, 0.05, (40, 2)), axis=0)
    fewer = hands.corners(path, tolerance)
    assert {tuple(point) for point in fewer} <= {tuple(point) for point in path}
    np.testing.assert_array_equal(fewer[[0, -1]], path[[0, -1]])
    assert distance([path], [fewer]) <= tolerance + 0.011


def test_corners_of_a_polygon_are_its_corners():
    square = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]], float)
    np.testing.assert_allclose(hands.corners(fine(square, 0.1), 0.01), square, atol=1e-9)


def test_by_chance_only_trained_hands_draw_and_hard_ones_twice_as_often(monkeypatch):
    for name in hands.TRAINED:
        monkeypatch.setitem(hands.TRAINED, name, lambda paths, generator, name=name: [*paths, name])
    for seed in range(100):
        used = hands.by_chance([], np.random.default_rng(seed))
        assert 1 <= len(used) <= 2
        assert used == [name for name in hands.TRAINED if name in used]
    generator = np.random.default_rng(0)
    counts = Counter(name for _ in range(3000) for name in hands.by_chance([], generator))
    hard = [counts.pop(name) for name in hands.HARD]
    assert min(hard) > 1.5 * max(counts.values())


def test_a_digit_is_drawn_whole_on_its_sheet():
    digit = PenDigit([5000 * RING, 5000 * STEM], label=9, writer=1)
    for seed in range(20):
        drawing = hands.draw(digit, hands.by_chance, np.random.default_rng(seed))
        points = np.concatenate([stroke.points for stroke in drawing.strokes])
        assert points.min() > 0 and points.max() < 1


def test_a_unit_is_one_high():
    (path,) = unit([np.array([[10, 10], [20, 30]])])
    np.testing.assert_allclose(path, [[0, 0], [0.5, 1]])
    (flat,) = unit([np.array([[10, 10], [30, 10]])])
    np.testing.assert_allclose(flat, [[0, 0], [2, 0]])
