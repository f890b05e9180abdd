"""Speaking ink: the strokes on the sheet, coloured by their evidence for or against a digit.

It covers the sheet while the mouse is on a digit's bar. Not everybody can tell the colours apart,
so the strongest evidence carries a plus or a minus.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pygame

from app.sheet.dots import cropped, draw_dot, places_along
from app.style import theme
from app.style.layout import Layout
from app.style.text import MINUS, PLUS, Text
from app.style.theme import Colour, Palette
from digits.explaining.ink_evidence import InkEvidence
from digits.learning.paths import at
from digits.recognizer import Reading, Recognizer
from digits.recognizer.numbers import WrittenDigit

EVIDENCE_SECONDS = 0.002  # per frame
SHADES = 64  # of each of the two colours


@dataclass(frozen=True, eq=False)
class _Picture:
    """Coloured ink at a place on the sheet, and its signs: where each is, and whether it is a
    plus."""

    ink: pygame.Surface
    box: pygame.Rect
    signs: list[tuple[np.ndarray, bool]]


class SpeakingInk:
    """The ink evidence in the selected digit, for the digit whose bar is pointed at."""

    def __init__(self, layout: Layout, text: Text, recognizer: Recognizer) -> None:
        self.rect = layout.canvas
        self._recognizer = recognizer
        self._text = text
        self._type = layout.type_height(theme.TYPE)
        self._padding = layout.scaled(theme.PADDING)
        self._sign = layout.scaled(theme.SIGN)
        self._reading: Reading | None = None  # whose evidence it is
        self._evidence: InkEvidence | None = None
        self._is_complete = False
        self._pointed: int | None = None
        self._pictures: dict[tuple[int, Palette], _Picture] = {}  # of each digit's evidence

    def update(self, digit: WrittenDigit | None, pointed: int | None) -> bool:
        """Show the evidence in `digit` for and against `pointed`; nothing if either is None, or the
        evidence is not in strokes or too much to be known.

        Returns whether that is different from before.
        """
        before = self._pointed
        self._pointed = None
        if digit is None or pointed is None or not digit.strokes:
            return before is not None
        if digit.reading is not self._reading:
            self._reading, self._pictures, self._is_complete = digit.reading, {}, False
            self._evidence = InkEvidence(self._recognizer, digit.strokes)
        if not self._is_complete:
            self._is_complete = self._evidence.go_on(EVIDENCE_SECONDS)
        if self._is_complete and self._evidence.is_known:
            self._pointed = pointed
        return self._pointed != before

    @property
    def is_complete(self) -> bool:
        """Whether all evidence has been found."""
        return self._is_complete

    def draw(self, surface: pygame.Surface, palette: Palette) -> None:
        """Draw the coloured ink and its legend, if there is evidence to show."""
        if self._pointed is None:
            return
        key = self._pointed, palette
        if key not in self._pictures:
            self._pictures[key] = self._painted(palette)
        picture = self._pictures[key]
        surface.blit(picture.ink, picture.box.move(self.rect.topleft))
        self._draw_legend(surface, palette)

    def draw_signs(self, surface: pygame.Surface, palette: Palette) -> None:
        """Draw the signs of what `draw` has drawn; later, so that nothing covers them."""
        if self._pointed is None:
            return
        surface.set_clip(self.rect)
        for place, speaks_for in self._pictures[self._pointed, palette].signs:
            self._draw_sign(surface, palette, place + self.rect.topleft, speaks_for)
        surface.set_clip(None)

    def _draw_legend(self, surface: pygame.Surface, palette: Palette) -> None:
        digit, gap = self._pointed, 2 * self._padding
        fors, against = f"{PLUS} speaks for {digit}", f"{MINUS} speaks against it"
        short = [f"{PLUS} for {digit}", f"{MINUS} against"]
        room = self.rect.width - 2 * self._padding
        for line in ([fors, against, "found by occlusion"], [fors, against], short):
            widths = [self._text.width(words, self._type) for words in line]
            if sum(widths) + gap * (len(line) - 1) <= room:
                break
        left, bottom = self.rect.left + self._padding, self.rect.bottom - self._padding
        colours = palette.speaks_for, palette.speaks_against, palette.quiet
        for words, width, colour in zip(line, widths, colours, strict=False):
            corner = left, bottom
            self._text.draw(surface, words, self._type, colour, palette.sheet, bottomleft=corner)
            left += width + gap

    def _painted(self, palette: Palette) -> _Picture:
        picture = pygame.Surface(self.rect.size, pygame.SRCALPHA)
        paths = [self._path(number) for number in range(len(self._evidence.strokes))]
        strongest = max((np.abs(said).max() for _, said, _ in paths), default=0) or 1.0
        colours = _colours(palette)
        for path, said, radius in paths:
            shades = np.rint((said / strongest + 1) * SHADES).astype(int).tolist()
            for place, shade in zip(path.tolist(), shades, strict=True):
                # A little wider than the stroke, whose edge would show.
                draw_dot(picture, colours[shade], place, radius + 1)
        return _Picture(*cropped(picture), self._signs(paths, strongest))

    def _path(self, number: int) -> tuple[np.ndarray, np.ndarray, float]:
        """Places (n, 2) along a stroke, so close that dots there look like a line, the evidence
        (n,) there, and half the pen's width; lengths in pixels."""
        stroke, side = self._evidence.strokes[number], self.rect.width
        radius = max(stroke.width * side / 2, 1)
        points = np.array(stroke.points, float) * side
        where = places_along(points, radius)
        said = self._evidence.at(self._pointed, number, where / side)
        return at(points, where), said, radius

    def _signs(
        self, paths: list[tuple[np.ndarray, np.ndarray, float]], strongest: float
    ) -> list[tuple[np.ndarray, bool]]:
        """A sign at the strongest evidence, then at the strongest that is not near a sign."""
        signs = []
        places = np.concatenate([path for path, _, _ in paths])
        shares = np.concatenate([said for _, said, _ in paths]) / strongest
        for _ in range(theme.MOST_SIGNS):
            best = int(np.abs(shares).argmax())
            if abs(shares[best]) < theme.LEAST_MARKED:
                break
            signs.append((places[best], bool(shares[best] > 0)))
            near = np.hypot(*(places - places[best]).T) < theme.SIGNS_APART * self._sign
            shares[near] = 0
        return signs

    def _draw_sign(
        self, surface: pygame.Surface, palette: Palette, place: np.ndarray, speaks_for: bool
    ) -> None:
        colour = palette.speaks_for if speaks_for else palette.speaks_against
        x, y = place.round().tolist()
        draw_dot(surface, palette.sheet, (x, y), self._sign / 2 + 2)
        draw_dot(surface, colour, (x, y), self._sign / 2)
        breadth = max(round(self._sign / 6), 2)
        arms = [(round(self._sign * 0.6), breadth)]
        if speaks_for:
            arms.append(arms[0][::-1])
        for arm in arms:
            bar = pygame.Rect((0, 0), arm)
            bar.center = x, y
            pygame.draw.rect(surface, palette.sheet, bar)


@cache
def _colours(palette: Palette) -> list[Colour]:
    """The colours of ink, from the strongest evidence against a digit to the strongest for it; pale
    in the middle."""
    pale = palette.sheet + theme.PALE_INK * np.subtract(palette.ink, palette.sheet)
    share = np.linspace(-1, 1, 2 * SHADES + 1)[:, None]
    side = np.where(share > 0, palette.speaks_for, palette.speaks_against)
    colours = pale + np.abs(share) ** theme.MAP_GAMMA * (side - pale)
    return [tuple(colour) for colour in colours.round().astype(int).tolist()]
