"""Evidence: which ink speaks for a digit and which against, for eyes of any kind."""

import numpy as np
import pygame
import pytest

from app.reading.evidence import Evidence
from app.style.layout import Layout
from app.style.text import Text
from app.style.theme import DARK, LIGHT, Palette
from digits.recognizer import Reading

SIZES = [(640, 480), (1000, 640), (2000, 1280)]


class FakeRecognizer:
    """Finds pixel (10, 5) to speak for any digit, (20, 8) against it, and counts how often."""

    def __init__(self, strength: float = 3) -> None:
        self.calls = 0
        self.strength = strength

    def evidence(self, reading: Reading, digit: int) -> np.ndarray:
        self.calls += 1
        evidence = np.zeros((28, 28), np.float32)
        evidence[10, 5], evidence[20, 8] = self.strength, -self.strength
        return evidence


def reading() -> Reading:
    image = np.zeros((28, 28), np.float32)
    image[10:21, 5:9] = 1
    return Reading(5, np.eye(10, dtype=np.float32)[5], image)


def evidence_of(
    size: tuple[int, int] = (1000, 640), recognizer: FakeRecognizer | None = None
) -> Evidence:
    pygame.font.init()
    evidence = Evidence(Layout(size), recognizer or FakeRecognizer(), Text())
    evidence.update(reading(), 3)
    return evidence


def picture(evidence: Evidence, palette: Palette, size=(1000, 640)) -> np.ndarray:
    """What is drawn (width, height, 3)."""
    surface = pygame.Surface(size)
    evidence.draw(surface, palette)
    return pygame.surfarray.array3d(surface)


def pixel(pixels: np.ndarray, evidence: Evidence, row: int, column: int) -> np.ndarray:
    """What is drawn of a pixel of the image (side, side, 3), indexed [y, x]."""
    side = evidence.rect.width // 28
    x, y = evidence.rect.left + column * side, evidence.rect.top + row * side
    return pixels[x : x + side, y : y + side].swapaxes(0, 1)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_ink_has_the_colour_of_the_side_it_speaks_for(palette):
    evidence = evidence_of()
    pixels = picture(evidence, palette)
    for row, column, colour in (
        (10, 5, palette.speaks_for),
        (20, 8, palette.speaks_against),
        (0, 27, palette.sheet),
    ):
        assert (pixel(pixels, evidence, row, column)[1, 1] == colour).all()
    silent = pixel(pixels, evidence, 15, 7)[1, 1]
    assert not any((silent == colour).all() for colour in (palette.sheet, palette.ink))
    assert np.ptp(silent) < np.ptp(palette.speaks_for) / 2  # hardly a colour


@pytest.mark.parametrize("size", SIZES)
def test_a_plus_and_a_minus_tell_the_sides_apart_without_colour(size):
    evidence = evidence_of(size)
    pixels = picture(evidence, LIGHT, size)
    plus, minus = (
        (pixel(pixels, evidence, *place) == LIGHT.sheet).all(axis=2) for place in ((10, 5), (20, 8))
    )
    assert (plus == plus.T).all()
    assert (plus & minus == minus).all()
    assert plus.sum() > minus.sum() > 0
    for mark in (plus, minus):
        assert np.argwhere(mark).mean(axis=0) == pytest.approx((len(mark) - 1) / 2, abs=0.5)
    assert not (pixel(pixels, evidence, 15, 7) == LIGHT.sheet).all(axis=2).any()


@pytest.mark.parametrize("size", SIZES)
def test_evidence_takes_the_previews_place_and_no_more(size):
    evidence = evidence_of(size)
    surface = pygame.Surface(size)
    evidence.draw(surface, LIGHT)
    surface.fill("black", Layout(size).preview)
    assert not pygame.surfarray.pixels2d(surface).any()


@pytest.mark.parametrize(("shown", "digit"), [(None, 3), (reading(), None), (None, None)])
def test_without_a_reading_or_a_digit_nothing_is_shown(shown, digit):
    evidence = evidence_of()
    assert evidence.is_shown
    assert evidence.update(shown, digit)
    assert not evidence.is_shown
    assert not picture(evidence, LIGHT).any()


def test_the_network_is_asked_once_for_each_reading_and_digit():
    pygame.font.init()
    recognizer = FakeRecognizer()
    evidence = Evidence(Layout((1000, 640)), recognizer, Text())
    one, other = reading(), reading()
    steps = [(one, 3), (one, 3), (one, 4), (other, 4), (other, None), (other, None)]
    changes = [evidence.update(*step) for step in steps]
    assert changes == [True, False, True, True, True, False]
    assert recognizer.calls == 3


def test_colours_are_relative_to_the_strongest_evidence():
    strong, stronger = (evidence_of(recognizer=FakeRecognizer(strength)) for strength in (3, 7))
    np.testing.assert_array_equal(picture(strong, LIGHT), picture(stronger, LIGHT))


def test_a_digit_that_nothing_speaks_for_leaves_pale_ink():
    evidence = evidence_of(recognizer=FakeRecognizer(strength=0))
    pixels = picture(evidence, LIGHT)
    places = ((10, 5), (20, 8), (15, 7))
    assert len({tuple(pixel(pixels, evidence, *place)[3, 3]) for place in places}) == 1
