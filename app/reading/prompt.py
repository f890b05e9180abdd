"""The prompt, in place of the answer, asks for a digit to practise and shows the progress."""

import pygame

from app.style import theme
from app.style.layout import Layout
from app.style.text import COMMAND, Text
from app.style.theme import Palette
from digits.recognizer.practice import LENGTH, Practice

HINTS = "SPACE, or a pause, goes on", f"{COMMAND}+Z undoes", "ESC ends"


class Prompt:
    """A large digit to draw, a progress bar, and the keys."""

    def __init__(self, layout: Layout, text: Text) -> None:
        self._answer, self._rest = layout.answer, layout.bars
        self._title_type = layout.type_height(theme.PERCENTAGE_TYPE)
        self._type = layout.type_height(theme.TYPE)
        self._gap = layout.scaled(theme.SECTION_GAP)
        room = self._answer.height - self._title_type - self._gap
        self._height = int(min(room, self._answer.width / theme.ANSWER_WIDTH))
        self._bar_height = layout.scaled(theme.BAR_HEIGHT)
        self._text = text

    def draw(self, surface: pygame.Surface, palette: Palette, practice: Practice) -> None:
        """Draw the digit that `practice` asks for."""
        draw, done = self._text.draw, len(practice.attempts)
        if practice.wanted is None:
            return
        corner = self._answer.topleft
        draw(surface, "Draw", self._title_type, palette.quiet, topleft=corner)
        below = self._answer.left, self._answer.top + self._title_type + self._gap
        draw(surface, str(practice.wanted), self._height, palette.accent, topleft=below)

        left, top, width = self._rest.left, self._rest.top, self._rest.width
        draw(surface, f"{done + 1} of {LENGTH}", self._type, palette.ink, topleft=(left, top))
        top += 2 * self._type
        bar = pygame.Rect(left, top, width, self._bar_height)
        pygame.draw.rect(surface, palette.track, bar)
        bar.width = round(width * done / LENGTH)
        pygame.draw.rect(surface, palette.accent, bar)
        top += self._bar_height + self._gap
        for number, hint in enumerate(HINTS):
            y = top + round(number * theme.LINE_HEIGHT * self._type)
            draw(surface, hint, self._type, palette.quiet, topleft=(left, y))
