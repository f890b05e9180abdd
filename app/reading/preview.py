"""The preview shows the network's input, which helps to see why a drawing is read as it is."""

import numpy as np
import pygame

from app.style import theme
from app.style.layout import Layout
from app.style.sheet import Sheet
from app.style.text import Text
from app.style.theme import Palette
from digits.recognizer import Reading

BLANK = np.zeros((28, 28), np.float32)


class Preview:
    """The 28x28 image in a square, and a caption below."""

    def __init__(self, layout: Layout, text: Text) -> None:
        self.rect = layout.preview
        self.square = pygame.Rect(self.rect.topleft, (self.rect.width, self.rect.width))
        self._caption_place = self.rect.left, self.rect.bottom - layout.scaled(theme.DESCENDER)
        self._type = layout.type_height(theme.TYPE)
        self._text = text
        self._sheet = Sheet(28)
        self._image: np.ndarray | None = None  # the one shown

    def draw(self, surface: pygame.Surface, palette: Palette, reading: Reading | None) -> None:
        """Draw the image of `reading`; an empty sheet if it is None."""
        image = BLANK if reading is None else reading.image
        if image is not self._image:
            self._image = image
            self._sheet.show(image)
        self._sheet.draw(surface, palette, self.square)
        pygame.draw.rect(surface, palette.edge, self.square, 1)
        self._text.draw(
            surface, "Network input", self._type, palette.quiet, bottomleft=self._caption_place
        )
