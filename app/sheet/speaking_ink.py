"""Speaking ink: the strokes on the sheet, coloured by their evidence for or against a digit.

It covers the sheet while the mouse is on a digit's bar. Not everybody can tell the colours apart,
so the strongest evidence carries a plus or a minus.
"""

import numpy as np
import pygame

from app.style import theme
from app.style.layout import Layout
from app.style.text import Text
from app.style.theme import Palette
from digits.explaining.ink_evidence import InkEvidence
from digits.recognizer import Reading, Recognizer
from digits.recognizer.numbers import WrittenDigit

EVIDENCE_SECONDS = 0.002  # per frame
STEP = 0.2  # the distance between the circles that form a line, in radii
PLUS, MINUS = "+", "\N{MINUS SIGN}"


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
        self._pictures: dict[tuple[int, Palette], pygame.Surface] = {}  # of each digit's evidence

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
        surface.blit(self._pictures[key], self.rect)

    def _painted(self, palette: Palette) -> pygame.Surface:
        picture = pygame.Surface(self.rect.size, pygame.SRCALPHA)
        paths = [self._path(number) for number in range(len(self._evidence.strokes))]
        strongest = max((np.abs(said).max() for _, said, _ in paths), default=0) or 1.0
        for path, said, radius in paths:
            shares = said / strongest
            for place, share in zip(path.tolist(), shares.tolist(), strict=True):
                pygame.draw.aacircle(picture, _colour(palette, share), place, radius)
        self._draw_signs(picture, palette, paths, strongest)
        left, bottom = self._padding, self.rect.height - self._padding
        for words, colour in (
            (f"{PLUS} speaks for {self._pointed}", palette.speaks_for),
            (f"{MINUS} speaks against it", palette.speaks_against),
            ("found by occlusion", palette.quiet),
        ):
            right = left + self._text.width(words, self._type)
            if right <= self.rect.width - self._padding:
                corner = left, bottom
                self._text.draw(
                    picture, words, self._type, colour, palette.sheet, bottomleft=corner
                )
            left = right + 2 * self._padding
        return picture

    def _path(self, number: int) -> tuple[np.ndarray, np.ndarray, float]:
        """Places (n, 2) along a stroke, so close that circles there look like a line, the evidence
        (n,) there, and half the pen's width; lengths in pixels."""
        stroke, way = self._evidence.strokes[number], self._evidence.ways[number]
        side = self.rect.width
        radius = max(stroke.width * side / 2, 1)
        where = np.linspace(0, way[-1], int(way[-1] * side / max(radius * STEP, 1)) + 2)
        points = np.array(stroke.points) * side
        path = np.stack([np.interp(where, way, axis) for axis in points.T], axis=1)
        said = self._evidence.between(self._pointed, number, where)
        return path, said, radius

    def _draw_signs(
        self,
        picture: pygame.Surface,
        palette: Palette,
        paths: list[tuple[np.ndarray, np.ndarray, float]],
        strongest: float,
    ) -> None:
        """Put a sign at the strongest evidence, then at the strongest that is not near a sign."""
        places = np.concatenate([path for path, _, _ in paths])
        shares = np.concatenate([said for _, said, _ in paths]) / strongest
        for _ in range(theme.MOST_SIGNS):
            best = int(np.abs(shares).argmax())
            if abs(shares[best]) < theme.LEAST_MARKED:
                break
            self._draw_sign(picture, palette, places[best], shares[best] > 0)
            near = np.hypot(*(places - places[best]).T) < theme.SIGNS_APART * self._sign
            shares[near] = 0

    def _draw_sign(
        self, picture: pygame.Surface, palette: Palette, place: np.ndarray, speaks_for: bool
    ) -> None:
        colour = palette.speaks_for if speaks_for else palette.speaks_against
        x, y = place.round().tolist()
        pygame.draw.aacircle(picture, palette.sheet, (x, y), self._sign / 2 + 2)
        pygame.draw.aacircle(picture, colour, (x, y), self._sign / 2)
        breadth = max(round(self._sign / 6), 2)
        arms = [(round(self._sign * 0.6), breadth)]
        if speaks_for:
            arms.append(arms[0][::-1])
        for arm in arms:
            bar = pygame.Rect((0, 0), arm)
            bar.center = x, y
            pygame.draw.rect(picture, palette.sheet, bar)


def _colour(palette: Palette, share: float) -> tuple[int, ...]:
    """The colour of ink with this share of the strongest evidence, -1..1; pale at 0."""
    pale = palette.sheet + theme.PALE_INK * np.subtract(palette.ink, palette.sheet)
    side = palette.speaks_for if share > 0 else palette.speaks_against
    colour = pale + abs(share) ** theme.MAP_GAMMA * (side - pale)
    return tuple(colour.round().astype(int).tolist())
