"""The bars show all ten probabilities: not only the answer, but what else it might be."""

from collections.abc import Callable

import numpy as np
import pygame

from app.reading.easing import eased
from app.style import icons, theme
from app.style.layout import Layout
from app.style.text import Text, percentage
from app.style.theme import Palette
from digits.recognizer import Reading


class Bars:
    """A row for each digit, 0 at the top. `values` (10,) in 0..1 are the current lengths of the
    bars, `pointed` is the digit whose row the mouse is on, or None. A click on a row calls
    `click(digit)`, one on the button in it `play(digit)`, unless that is False: there is no button
    then.
    """

    def __init__(
        self,
        layout: Layout,
        text: Text,
        click: Callable[[int], None],
        play: Callable[[int], bool],
    ) -> None:
        self._click = click
        self._play = play
        self.rect = layout.bars
        self.values = np.zeros(10, np.float32)
        self.pointed: int | None = None
        self._row_height = layout.scaled(theme.WINNING_BAR_HEIGHT)
        self._bar_height = layout.scaled(theme.BAR_HEIGHT)
        self._label_width = layout.scaled(theme.LABEL_WIDTH)
        self._track_left = self.rect.left + self._label_width + layout.scaled(theme.LABEL_GAP)
        self._track_right = self.rect.right - layout.scaled(theme.PERCENTAGE_WIDTH)
        self._type = layout.type_height(theme.TYPE)
        self._play_side = layout.type_height(theme.PLAY)
        self._text = text

    def handle(self, event: pygame.Event) -> bool:
        """Follow the mouse and handle clicks."""
        if event.type in (pygame.MOUSEMOTION, pygame.MOUSEBUTTONDOWN):
            self.pointed = self.digit_at(event.pos)
            left = event.type == pygame.MOUSEBUTTONDOWN and event.button == pygame.BUTTON_LEFT
            if left and self.pointed is not None:
                on_button = self.play_button(self.pointed).collidepoint(event.pos)
                if not (on_button and self._play(self.pointed)):
                    self._click(self.pointed)
                return True
        elif event.type == pygame.WINDOWLEAVE:
            self.pointed = None
        return False

    def update(self, reading: Reading | None, seconds: float) -> bool:
        """Move for `seconds` towards the probabilities of `reading`, or towards 0 if it is None.

        Returns whether any bar has moved.
        """
        before, self.values = self.values, eased(self.values, reading, seconds)
        return before is not self.values

    def digit_at(self, position: tuple[float, float]) -> int | None:
        """The digit whose row is at, or nearest to, a position in the window; None off the bars."""
        if not self.rect.collidepoint(position):
            return None
        rows = [self._row(digit).centery for digit in range(10)]
        return min(range(10), key=lambda digit: abs(rows[digit] - position[1]))

    def draw(
        self,
        surface: pygame.Surface,
        palette: Palette,
        reading: Reading | None,
        can_play: bool = False,
    ) -> None:
        """Draw the bars and the percentages of `reading`; in the row under the mouse also the
        button, if there is a change to play."""
        for digit in range(10):
            row = self._row(digit)
            wins = reading is not None and reading.sure and digit == reading.digit
            if digit == self.pointed and reading is not None:
                line = pygame.Rect(row.left, row.bottom - 1, row.width, 1)
                pygame.draw.rect(surface, palette.quiet, line)
            self._draw_label(surface, palette, row, str(digit), wins)
            self._draw_bar(surface, palette, row, self.values[digit], wins)
            if reading is not None:
                probability = reading.probabilities[digit]
                self._draw_percentage(surface, palette, row, probability, wins)
        if can_play and self.pointed is not None:
            button = self.play_button(self.pointed)
            icon = icons.icon_surface(icons.PLAY, self._play_side, palette.ink)
            surface.blit(icon, icon.get_rect(center=button.center))

    def play_button(self, digit: int) -> pygame.Rect:
        """The button that plays the change to `digit`."""
        row = self._row(digit)
        left = self._track_right + self._label_width // 4
        return pygame.Rect(left, row.top, self._label_width, row.height)

    def track(self, digit: int) -> pygame.Rect:
        """The place for another bar below the digit's own: full length, height 0."""
        row = self._row(digit)
        return pygame.Rect(self._track_left, row.bottom, self._track_right - self._track_left, 0)

    def _row(self, digit: int) -> pygame.Rect:
        top = self.rect.top + round(digit * (self.rect.height - self._row_height) / 9)
        return pygame.Rect(self.rect.left, top, self.rect.width, self._row_height)

    def _draw_label(
        self, surface: pygame.Surface, palette: Palette, row: pygame.Rect, label: str, wins: bool
    ) -> None:
        chip = pygame.Rect(row.topleft, (self._label_width, row.height))
        if wins:
            pygame.draw.rect(surface, palette.accent, chip)
        colour = palette.sheet if wins else palette.quiet
        self._text.draw(surface, label, self._type, colour, center=chip.center)

    def _draw_bar(
        self, surface: pygame.Surface, palette: Palette, row: pygame.Rect, value: float, wins: bool
    ) -> None:
        height = row.height if wins else self._bar_height
        bar = pygame.Rect(self._track_left, 0, self._track_right - self._track_left, height)
        bar.centery = row.centery
        pygame.draw.rect(surface, palette.track, bar)
        bar.width = round(bar.width * value)
        pygame.draw.rect(surface, palette.accent if wins else palette.bar, bar)

    def _draw_percentage(
        self,
        surface: pygame.Surface,
        palette: Palette,
        row: pygame.Rect,
        probability: float,
        wins: bool,
    ) -> None:
        if wins or probability >= theme.LEAST_PERCENTAGE:
            colour = palette.accent if wins else palette.quiet
            share = percentage(probability)
            self._text.draw(surface, share, self._type, colour, midright=row.midright)
