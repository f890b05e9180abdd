"""The bars show all ten probabilities: what else the drawing might be, not the answer alone.

They ease from value to value, because the eye can follow a movement but not a jump.
"""

from math import exp

import numpy as np
import pygame

from app import theme
from app.layout import Layout
from app.text import Text, percentage
from digits.recognizer import Reading


class Bars:
    """A row for each digit, 0 at the top; `values` (10,) in 0..1 are how long the bars are now."""

    def __init__(self, layout: Layout, text: Text) -> None:
        self.rect = layout.bars
        self.values = np.zeros(10, np.float32)
        self._row_height = layout.scaled(theme.WINNING_BAR_HEIGHT)
        self._bar_height = layout.scaled(theme.BAR_HEIGHT)
        self._label_width = layout.scaled(theme.LABEL_WIDTH)
        self._track_left = self.rect.left + self._label_width + layout.scaled(theme.LABEL_GAP)
        self._track_right = self.rect.right - layout.scaled(theme.PERCENTAGE_WIDTH)
        self._type = layout.type_height(theme.TYPE)
        self._text = text

    def update(self, reading: Reading | None, seconds: float) -> None:
        """Move on by `seconds` towards the probabilities in `reading`, to nothing without one."""
        target = 0 if reading is None else reading.probabilities
        # What is left to go decays exponentially: the frame rate makes no difference.
        left = np.float32(exp(-seconds / theme.EASING_SECONDS))
        self.values = target + (self.values - target) * left

    def draw(self, surface: pygame.Surface, reading: Reading | None) -> None:
        """Draw the bars as long as they are now, and what `reading` says beside them."""
        for digit in range(10):
            top = self.rect.top + round(digit * (self.rect.height - self._row_height) / 9)
            row = pygame.Rect(self.rect.left, top, self.rect.width, self._row_height)
            wins = reading is not None and digit == reading.digit
            self._draw_label(surface, row, str(digit), wins)
            self._draw_bar(surface, row, self.values[digit], wins)
            if reading is not None:
                self._draw_percentage(surface, row, reading.probabilities[digit], wins)

    def _draw_label(
        self, surface: pygame.Surface, row: pygame.Rect, label: str, wins: bool
    ) -> None:
        chip = pygame.Rect(row.topleft, (self._label_width, row.height))
        if wins:
            pygame.draw.rect(surface, theme.ACCENT, chip)
        colour = theme.SHEET if wins else theme.QUIET
        self._text.draw(surface, label, self._type, colour, center=chip.center)

    def _draw_bar(
        self, surface: pygame.Surface, row: pygame.Rect, value: float, wins: bool
    ) -> None:
        height = row.height if wins else self._bar_height
        bar = pygame.Rect(self._track_left, 0, self._track_right - self._track_left, height)
        bar.centery = row.centery
        pygame.draw.rect(surface, theme.TRACK, bar)
        bar.width = round(bar.width * value)
        pygame.draw.rect(surface, theme.ACCENT if wins else theme.BAR, bar)

    def _draw_percentage(
        self, surface: pygame.Surface, row: pygame.Rect, probability: float, wins: bool
    ) -> None:
        if wins or probability >= theme.LEAST_PERCENTAGE:
            colour = theme.ACCENT if wins else theme.QUIET
            share = percentage(probability)
            self._text.draw(surface, share, self._type, colour, midright=row.midright)
