"""Evidence shows which pixels of the network's input speak for a digit, and which against it.

It replaces the preview while the mouse is over a digit's bar. Not everybody can tell the colours
apart, so the strongest pixels carry a plus or a minus.
"""

import numpy as np
import pygame

from app.style import theme
from app.style.layout import Layout
from app.style.text import MINUS, PLUS, Text
from app.style.theme import Colour, Palette
from digits.recognizer import Reading, Recognizer


class Evidence:
    """The 28x28 image in a square, coloured by gradient × input, with a caption below."""

    def __init__(self, layout: Layout, recognizer: Recognizer, text: Text) -> None:
        self.rect = layout.preview
        self._recognizer = recognizer
        self._square = pygame.Rect(self.rect.topleft, (self.rect.width, self.rect.width))
        self._caption_place = self.rect.left, self.rect.bottom - layout.scaled(theme.DESCENDER)
        self._padding = layout.scaled(theme.LEGEND_PADDING)
        self._type = layout.type_height(theme.TYPE)
        self._text = text
        self._reading: Reading | None = None
        self._digit: int | None = None
        # By digit: the evidence (28, 28), relative to the strongest, in -1..1.
        self._known: dict[int, np.ndarray] = {}
        self._shares = np.zeros((28, 28), np.float32)

    @property
    def is_shown(self) -> bool:
        """Whether there is evidence to show."""
        return self._reading is not None and self._digit is not None

    def update(self, reading: Reading | None, digit: int | None) -> bool:
        """Show the evidence in `reading` for and against `digit`; nothing if either is None.

        Returns whether that is different from before.
        """
        if reading is self._reading and digit == self._digit:
            return False
        if reading is not self._reading:
            self._known = {}
        self._reading, self._digit = reading, digit
        if self.is_shown:
            if digit not in self._known:
                evidence = self._recognizer.evidence(reading, digit)
                self._known[digit] = evidence / max(np.abs(evidence).max(), 1e-9)
            self._shares = self._known[digit]
        return True

    def draw(self, surface: pygame.Surface, palette: Palette) -> None:
        """Draw the coloured image, a legend and the caption, if it is shown."""
        if not self.is_shown:
            return
        surface.fill(palette.background, self.rect)
        picture = pygame.Surface((28, 28), 0, 24)
        pygame.surfarray.blit_array(picture, self._colours(palette).swapaxes(0, 1))
        surface.blit(pygame.transform.scale(picture, self._square.size), self._square)
        for y, x in np.argwhere(np.abs(self._shares) >= theme.LEAST_MARKED).tolist():
            self._draw_mark(surface, palette.sheet, x, y)
        pygame.draw.rect(surface, palette.edge, self._square, 1)

        inside = self._square.inflate(-2 * self._padding, -2 * self._padding)
        for string, colour, anchor in (
            (f"{PLUS} for {self._digit}", palette.speaks_for, "topleft"),
            (f"{MINUS} against", palette.speaks_against, "topright"),
        ):
            place = {anchor: getattr(inside, anchor)}
            self._text.draw(surface, string, self._type, colour, **place)
        caption = f"Pixels for {self._digit}"
        self._text.draw(surface, caption, self._type, palette.quiet, bottomleft=self._caption_place)

    def _colours(self, palette: Palette) -> np.ndarray:
        """The image (28, 28, 3): pale ink, more saturated where the evidence is stronger."""
        ink = self._reading.image[..., None] * theme.PALE_INK
        pale = palette.sheet + ink * np.subtract(palette.ink, palette.sheet)
        strength = np.abs(self._shares)[..., None] ** theme.MAP_GAMMA
        side = np.where(self._shares[..., None] > 0, palette.speaks_for, palette.speaks_against)
        return (pale + strength * (side - pale)).round().astype(np.uint8)

    def _draw_mark(self, surface: pygame.Surface, colour: Colour, x: int, y: int) -> None:
        """Draw a plus or a minus in the middle of a pixel of the image."""
        side = self._square.width // 28
        breadth = max(int(theme.MARK_BREADTH * side), 1)
        length = int(theme.MARK_LENGTH * side)
        length += (length - breadth) % 2  # so that its arms are equal
        middle = self._square.left + x * side + side // 2, self._square.top + y * side + side // 2
        arms = (
            [(length, breadth), (breadth, length)]
            if self._shares[y, x] > 0
            else [(length, breadth)]
        )
        for arm in arms:
            bar = pygame.Rect((0, 0), arm)
            bar.center = middle
            pygame.draw.rect(surface, colour, bar)
