"""The answer says in one look what the network reads, and how sure it is."""

import pygame

from app import theme
from app.layout import Layout
from app.text import Text, percentage
from digits.recognizer import Reading


class Answer:
    """A digit about as high as the image beside it, and its percentage below."""

    def __init__(self, layout: Layout, text: Text) -> None:
        self.rect = layout.answer
        self._digit_height = round(theme.ANSWER_HEIGHT * layout.preview.width)
        self._digit_place = self.rect.left, self.rect.top + layout.preview.width // 2
        self._share_place = self.rect.left, layout.caption_line
        self._type = layout.type_height(theme.PERCENTAGE_TYPE)
        self._text = text

    def draw(self, surface: pygame.Surface, reading: Reading | None) -> None:
        """Draw what `reading` answers; without one, that nothing is answered yet."""
        string, colour = ("?", theme.TRACK) if reading is None else (str(reading.digit), theme.INK)
        self._text.draw(surface, string, self._digit_height, colour, midleft=self._digit_place)
        if reading is not None:
            share = percentage(reading.probabilities[reading.digit])
            self._text.draw(surface, share, self._type, theme.ACCENT, bottomleft=self._share_place)
