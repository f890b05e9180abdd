"""A second model beside the one that reads: its reading of the same digit, in thin bars below the
others, shows where the two networks differ.
"""

from collections.abc import Callable

import numpy as np
import pygame

from app.reading.bars import Bars
from app.reading.easing import eased
from app.style import theme
from app.style.layout import Layout
from app.style.text import Text, percentage
from app.style.theme import Palette
from digits.recognizer import Reading, Recognizer


class Beside:
    """A line above the `bars` with the answer of `recognizer`, and a thin bar below each of them.

    `values` (10,) in 0..1 are the current lengths of its bars. A click on the cross at the end of
    the line calls `close()`.
    """

    def __init__(
        self,
        layout: Layout,
        text: Text,
        recognizer: Recognizer,
        bars: Bars,
        close: Callable[[], None],
    ) -> None:
        self.reading: Reading | None = None
        self.values = np.zeros(10, np.float32)
        self._recognizer, self._bars, self._close = recognizer, bars, close
        self._read: Reading | None = None  # the first model's reading, last compared with
        self._text = text
        self._type = layout.type_height(theme.TYPE)
        self._thickness = max(layout.scaled(theme.BESIDE_BAR), 2)
        self._line = layout.beside
        side = max(self._line.height, theme.SMALLEST_BUTTON)
        self.cross = pygame.Rect(0, 0, side, side)
        self.cross.midright = self._line.midright
        self._is_pointed = False

    def handle(self, event: pygame.Event) -> bool:
        """Handle a click on the cross."""
        if event.type in (pygame.MOUSEMOTION, pygame.MOUSEBUTTONDOWN):
            self._is_pointed = self.cross.collidepoint(event.pos)
            left = event.type == pygame.MOUSEBUTTONDOWN and event.button == pygame.BUTTON_LEFT
            if left and self._is_pointed:
                self._close()
                return True
        elif event.type == pygame.WINDOWLEAVE:
            self._is_pointed = False
        return False

    def update(self, reading: Reading | None, seconds: float) -> bool:
        """Read the image of `reading`, if that is new, and move the bars. Returns whether anything
        looks different."""
        changed = reading is not self._read
        if changed:
            self._read = reading
            image = reading and reading.image
            self.reading = self._recognizer.read_image(image)
        before, self.values = self.values, eased(self.values, self.reading, seconds)
        return changed or before is not self.values

    def draw(self, surface: pygame.Surface, palette: Palette) -> None:
        """Draw the line and the bars."""
        for digit in range(10):
            bar = self._bars.track(digit)
            bar.height = self._thickness
            pygame.draw.rect(surface, palette.track, bar)
            bar.width = round(bar.width * self.values[digit])
            pygame.draw.rect(surface, palette.ink, bar)
        mark = pygame.Rect(self._line.left, 0, self._type, self._thickness)
        mark.centery = self._line.centery
        pygame.draw.rect(surface, palette.ink, mark)
        answer, left = self._answer(), mark.right + self._type
        room = self.cross.left - left - self._text.width(answer, self._type)
        name = self._text.shortened(self._recognizer.name, self._type, room)
        place = left, self._line.centery
        self._text.draw(surface, name + answer, self._type, palette.quiet, midleft=place)
        colour = palette.ink if self._is_pointed else palette.quiet
        cross = self.cross.inflate(*(self._type - side for side in self.cross.size))
        pygame.draw.aaline(surface, colour, cross.topleft, cross.bottomright)
        pygame.draw.aaline(surface, colour, cross.bottomleft, cross.topright)

    def _answer(self) -> str:
        if self.reading is None:
            return ""
        if not self.reading.sure:
            return ":  ?"
        digit = self.reading.digit
        return f":  {digit}  {percentage(self.reading.probabilities[digit])}"
