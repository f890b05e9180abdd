"""A thumbnail is a small picture of a drawing as the network sees it."""

import numpy as np
import pygame

from app.style.sheet import Sheet
from app.style.theme import Palette


def draw_thumbnail(
    surface: pygame.Surface, palette: Palette, rect: pygame.Rect, image: np.ndarray
) -> None:
    """Draw `image`, (28, 28) in 0..1, in the square `rect`."""
    sheet = Sheet(28)
    sheet.show(image)
    sheet.draw(surface, palette, rect)
    pygame.draw.rect(surface, palette.edge, rect, 1)
