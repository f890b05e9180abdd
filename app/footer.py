"""The footer says, quietly, which model is reading and what the keys do."""

import pygame

from app import theme
from app.layout import Layout
from app.text import Text

KEYS = "SPACE clears  ·  ESC quits"


class Footer:
    """A line: the model's name at the left, the keys at the right."""

    def __init__(self, layout: Layout, name: str, text: Text) -> None:
        self.rect = layout.footer
        self._type = layout.type_height(theme.TYPE)
        self._text = text
        self._name = self._shortened(name)

    def draw(self, surface: pygame.Surface) -> None:
        """Draw the line."""
        left, right = self.rect.midleft, self.rect.midright
        self._text.draw(surface, self._name, self._type, theme.QUIET, midleft=left)
        self._text.draw(surface, KEYS, self._type, theme.QUIET, midright=right)

    def _shortened(self, name: str) -> str:
        """As much of `name` as fits half of the line."""
        room = self.rect.width // 2
        if self._text.width(name, self._type) <= room:
            return name
        length = len(name)
        while self._text.width(name[:length] + "…", self._type) > room:
            length -= 1
        return name[:length] + "…"
