"""A notice is a short-lived message: what was done, or why it could not be."""

import pygame

from app.style import theme
from app.style.layout import Layout
from app.style.text import Text
from app.style.theme import Palette
from digits.drawing import Drawing


class Notice:
    """The `message` at the bottom of the window, "" while there is none.

    It disappears after a while, or as soon as `drawing`, which it is about, changes.
    """

    def __init__(self, drawing: Drawing) -> None:
        self.message = ""
        self._drawing = drawing
        self._version = 0  # of the drawing when the message appeared
        self._seconds = 0.0  # left to show it
        self._is_new = False  # whether it appeared since the last update

    def say(self, message: str) -> None:
        """Show `message` instead of the current one."""
        self.message, self._seconds = message, theme.NOTICE_SECONDS
        self._version = self._drawing.version
        self._is_new = True

    def update(self, seconds: float) -> bool:
        """Let time pass. True if a message has just appeared or disappeared."""
        moved, self._is_new = self._is_new, False
        self._seconds -= seconds
        is_over = self._seconds <= 0 or self._version != self._drawing.version
        if self.message and is_over:
            self.message, moved = "", True
        return moved

    def draw(self, surface: pygame.Surface, palette: Palette, layout: Layout, text: Text) -> None:
        """Draw the message over the footer, in as many lines as it needs; if these would cover the
        bars, over the bottom of the canvas."""
        if not self.message:
            return
        height, padding = layout.type_height(theme.TYPE), layout.scaled(theme.PADDING)
        line = round(theme.LINE_HEIGHT * height)
        for place in (layout.footer, layout.canvas):
            lines = text.wrapped(self.message, height, place.width - 2 * padding)
            box = pygame.Rect(place.topleft, (place.width, 0))
            box.height = (len(lines) - 1) * line + height + 2 * padding
            box.bottom = place.bottom
            if not box.colliderect(layout.bars):
                break
        pygame.draw.rect(surface, palette.ink, box)
        for number, string in enumerate(lines):
            corner = box.left + padding, box.top + padding + number * line
            text.draw(surface, string, height, palette.sheet, topleft=corner)
