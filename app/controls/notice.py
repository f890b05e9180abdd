"""A notice is what the window has to say for a moment: what was done, or why it could not be."""

import pygame

from app.style import theme
from app.style.layout import Layout
from app.style.text import Text
from app.style.theme import Palette


class Notice:
    """A message at the window's foot, which goes by itself; "" while there is none."""

    def __init__(self) -> None:
        self.message = ""
        self._seconds = 0.0

    def say(self, message: str) -> None:
        """Show `message`, instead of any other."""
        self.message, self._seconds = message, theme.NOTICE_SECONDS

    def update(self, seconds: float) -> bool:
        """Let time pass. True if the message has just gone."""
        if not self.message:
            return False
        self._seconds -= seconds
        if self._seconds > 0:
            return False
        self.message = ""
        return True

    def draw(self, surface: pygame.Surface, palette: Palette, layout: Layout, text: Text) -> None:
        """Draw the message over the footer, in as many lines as it needs."""
        if not self.message:
            return
        height, padding = layout.type_height(theme.TYPE), layout.scaled(theme.PADDING)
        line = round(theme.LINE_HEIGHT * height)
        lines = text.wrapped(self.message, height, layout.footer.width - 2 * padding)
        box = pygame.Rect(layout.footer.topleft, (layout.footer.width, 0))
        box.height = (len(lines) - 1) * line + height + 2 * padding
        box.bottom = layout.footer.bottom
        pygame.draw.rect(surface, palette.ink, box)
        for number, string in enumerate(lines):
            place = box.left + padding, box.top + padding + number * line
            text.draw(surface, string, height, palette.sheet, topleft=place)
