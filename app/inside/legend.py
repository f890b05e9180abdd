"""The legend says what light and dark mean in the maps."""

import numpy as np
import pygame

from app.inside.levels import REACH, ZERO, activation_colours, picture
from app.style import theme
from app.style.layout import Layout
from app.style.text import Text
from app.style.theme import Palette

GREATEST = "the greatest value of its stage", "greatest of its stage", "greatest"  # or shorter
HINT = "Point at a map to see what made it"


class Legend:
    """A line of the panel: the colours from zero (or from below zero if values are `signed`) to
    ink (of the outputs: 1), and a hint if there is room for it."""

    def __init__(self, layout: Layout, text: Text, rect: pygame.Rect, signed: bool) -> None:
        self.rect = rect
        self._type = layout.type_height(theme.TYPE)
        self._gap = layout.scaled(theme.TITLE_GAP)
        self._swatch = pygame.Rect(0, 0, layout.scaled(theme.LEGEND_SWATCH), self._type)
        self._text = text
        self._low = "below zero" if signed else "zero"
        self._levels = np.arange(1 if signed else ZERO, ZERO + REACH + 1, dtype=np.uint8)[None]

        def right(words: str) -> int:
            return self._swatch.right + self._gap + text.width(words, self._type)

        self._swatch.midleft = (
            rect.left + text.width(self._low, self._type) + self._gap,
            rect.centery,
        )
        fitting = (words for words in GREATEST if right(words) <= rect.right)
        self._high = next(fitting, "")
        left = right(self._high) + layout.scaled(theme.SECTION_GAP)
        self._hint = HINT if left + text.width(HINT, self._type) <= rect.right else ""

    def draw(self, surface: pygame.Surface, palette: Palette) -> None:
        ramp = picture(self._levels, activation_colours(palette), self._swatch.size)
        surface.blit(ramp, self._swatch)
        pygame.draw.rect(surface, palette.edge, self._swatch.inflate(2, 2), 1)
        for words, place in (
            (self._low, {"midleft": self.rect.midleft}),
            (self._high, {"midleft": (self._swatch.right + self._gap, self.rect.centery)}),
            (self._hint, {"midright": self.rect.midright}),
        ):
            self._text.draw(surface, words, self._type, palette.quiet, **place)
