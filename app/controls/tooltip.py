"""A tooltip says what a button does and which key does the same, so that people learn the keys."""

import pygame

from app.controls.toolbar import Button
from app.style import theme
from app.style.layout import Layout
from app.style.text import Text
from app.style.theme import Palette


class Tooltip:
    """A box to the right of the button on which the mouse has rested for a moment."""

    def __init__(self, layout: Layout, text: Text) -> None:
        self._padding = layout.scaled(theme.PADDING)
        self._type = layout.type_height(theme.TYPE)
        self._text = text
        self._button: Button | None = None
        self._seconds = 0.0

    @property
    def is_shown(self) -> bool:
        return self._button is not None and self._seconds >= theme.TOOLTIP_SECONDS

    def update(self, button: Button | None, seconds: float) -> bool:
        """The mouse has been over `button` for `seconds`. True if the tooltip changed."""
        was_shown = self.is_shown
        if button is not self._button:
            # Moving from one button to the next needs no new wait.
            waited = theme.TOOLTIP_SECONDS if was_shown and button is not None else 0.0
            self._button, self._seconds = button, waited
            return was_shown
        self._seconds += seconds
        return self.is_shown != was_shown

    def draw(self, surface: pygame.Surface, palette: Palette) -> None:
        """Draw the box, if it is shown."""
        if not self.is_shown:
            return
        name, keys = self._button.action.name, self._button.action.hint
        width = self._text.width(name, self._type) + self._text.width(keys, self._type)
        box = pygame.Rect(0, 0, width + 3 * self._padding, self._type + 2 * self._padding)
        box.midleft = self._button.rect.right + self._padding // 2, self._button.rect.centery
        box.clamp_ip(surface.get_rect())
        pygame.draw.rect(surface, palette.ink, box)
        left, right = box.inflate(-2 * self._padding, 0).midleft, box.right - self._padding
        self._text.draw(surface, name, self._type, palette.sheet, midleft=left)
        self._text.draw(surface, keys, self._type, palette.on_ink, midright=(right, box.centery))
