"""The preview shows the network's input: a person sees why a drawing is read as it is."""

import pygame

from app import theme
from app.layout import Layout
from app.sheet import Sheet
from app.text import Text
from digits.recognizer import Reading


class Preview:
    """The 28x28 image in a square, and a caption below."""

    def __init__(self, layout: Layout, text: Text) -> None:
        self.rect = layout.preview
        self._caption_place = self.rect.left, layout.caption_line
        self._type = layout.type_height(theme.TYPE)
        self._text = text

    def draw(self, surface: pygame.Surface, reading: Reading | None) -> None:
        """Draw the image in `reading`; an empty sheet without one."""
        square = pygame.Rect(self.rect.topleft, (self.rect.width, self.rect.width))
        sheet = Sheet(28)
        if reading is not None:
            sheet.show(reading.image)
        surface.blit(pygame.transform.scale(sheet.surface, square.size), square)
        pygame.draw.rect(surface, theme.EDGE, square, 1)
        self._text.draw(
            surface, "Network input", self._type, theme.QUIET, bottomleft=self._caption_place
        )
