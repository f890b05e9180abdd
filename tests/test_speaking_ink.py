"""Speaking ink: each part of the strokes has the colour and the sign of what it says."""

import numpy as np
import pygame
import pytest
from hand import NotedText, reading

from app.sheet import speaking_ink
from app.sheet.speaking_ink import SpeakingInk
from app.style import theme
from app.style.layout import Layout
from app.style.sheet import Sheet
from app.style.text import MINUS, PLUS, Text
from app.style.theme import DARK, LIGHT, Palette
from digits.drawing import Stroke
from digits.drawing.ink import Ink
from digits.recognizer.numbers import WrittenDigit

SIZE = (1000, 640)
CANVAS = Layout(SIZE).canvas
LEFT, RIGHT, WIDTH = 0.2, 0.8, 0.1  # of a line on the sheet


class FakeEvidence:
    """The start of a stroke speaks for a 3 and its end against it; for a 4 it is the reverse."""

    is_known = True

    def __init__(self, recognizer: None, strokes: tuple[Stroke, ...]) -> None:
        self.strokes = strokes

    def go_on(self, seconds: float) -> bool:
        return True

    def at(self, digit: int, number: int, way: np.ndarray) -> np.ndarray:
        return np.linspace(1, -1, len(way)) * {3: 1, 4: -1}[digit]


@pytest.fixture(autouse=True)
def fake_evidence(monkeypatch):
    pygame.font.init()
    monkeypatch.setattr(speaking_ink, "InkEvidence", FakeEvidence)


def line(y: float) -> WrittenDigit:
    """A digit that is a horizontal line."""
    return WrittenDigit(reading(), (Stroke([(LEFT, y), (RIGHT, y)], WIDTH),), (0, 0, 1, 1))


def shown(ink: SpeakingInk, palette: Palette, y: float | None = None) -> pygame.Surface:
    """What the ink shows, over a sheet with a line at `y`."""
    surface = pygame.Surface(SIZE)
    sheet, drawn = Sheet(CANVAS.width), Ink(CANVAS.width)
    if y is not None:
        drawn.line((LEFT, y), (RIGHT, y), WIDTH)
    sheet.show(drawn.pixels)
    sheet.draw(surface, palette, CANVAS)
    ink.draw(surface, palette)
    ink.draw_signs(surface, palette)
    return surface


def at(surface: pygame.Surface, x: float, y: float, below: float = 0) -> tuple[int, ...]:
    """The colour at a place on the sheet, some pixels below it."""
    left, top = CANVAS.topleft
    return surface.get_at((round(left + x * CANVAS.width), round(top + y * CANVAS.width + below)))[
        :3
    ]


def side_of(colour: tuple[int, ...], palette: Palette) -> tuple[int, int, int]:
    sides = palette.speaks_for, palette.speaks_against
    return min(sides, key=lambda side: np.abs(np.subtract(side, colour)).sum())


def test_colours_and_signs_are_those_of_the_digit_the_theme_and_the_reading_shown_now():
    ink = SpeakingInk(Layout(SIZE), Text(), None)
    for y in (0.3, 0.6):
        digit = line(y)
        for palette in (LIGHT, DARK):
            for pointed, plus, minus in ((3, LEFT, RIGHT), (4, RIGHT, LEFT)):
                ink.update(digit, pointed)
                surface = shown(ink, palette)
                off = 0.35 * WIDTH * CANVAS.width  # beside the signs
                assert side_of(at(surface, plus, y, off), palette) == palette.speaks_for
                assert side_of(at(surface, minus, y, off), palette) == palette.speaks_against
                arm = Layout(SIZE).scaled(theme.SIGN) / 4  # up to the end of an arm, nearly
                assert at(surface, plus, y) == at(surface, plus, y, arm) == palette.sheet
                assert at(surface, minus, y) == palette.sheet
                assert at(surface, minus, y, arm) == palette.speaks_against
                assert at(surface, 0.5, 0.9 - y) == palette.sheet


def test_nothing_of_the_ink_shows_around_its_colours():
    ink = SpeakingInk(Layout(SIZE), Text(), None)
    ink.update(line(0.5), 3)
    pixels = pygame.surfarray.array3d(shown(ink, LIGHT, 0.5).subsurface(CANVAS))
    darkest = min(sum(LIGHT.speaks_for), sum(LIGHT.speaks_against))
    assert pixels.sum(axis=2, dtype=int).min() >= darkest - 3


@pytest.mark.parametrize("size", [(640, 480), (800, 600), SIZE, (1700, 1000)])
@pytest.mark.parametrize("network", [True, False])
def test_both_colours_have_words_that_fit(size, network):
    layout, text = Layout(size, network=network), NotedText()
    ink = SpeakingInk(layout, text, None)
    ink.update(line(0.5), 3)
    ink.draw(pygame.Surface(size), LIGHT)
    assert [words[0] for words in text.words[:2]] == [PLUS, MINUS]
    padding, line_height = layout.scaled(theme.PADDING), layout.type_height(theme.TYPE)
    widths = [text.width(words, line_height) + 2 * padding for words in text.words]
    assert sum(widths) <= layout.canvas.width


def test_a_picture_is_no_larger_than_the_ink():
    ink = SpeakingInk(Layout(SIZE), Text(), None)
    ink.update(line(0.5), 3)
    shown(ink, LIGHT)
    (picture,) = ink._pictures.values()
    assert picture.ink.height < 1.2 * WIDTH * CANVAS.width
