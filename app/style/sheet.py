"""A sheet shows ink. Arrays are indexed [y, x], surfaces [x, y]: only this module converts."""

from functools import cache

import numpy as np
import pygame

from app.style.theme import Colour, Palette


class Sheet:
    """Ink (side, side), float32 in 0..1, as a square surface that stores levels, not colours."""

    def __init__(self, side: int) -> None:
        self._levels = pygame.Surface((side, side), 0, 8)
        self._palette: Palette | None = None  # of the surface

    def show(self, ink: np.ndarray, box: tuple[int, int, int, int] | None = None) -> None:
        """Show `ink`, or the part of it in `box` (left, top, right, bottom) alone."""
        left, top, right, bottom = box or (0, 0, *self._levels.get_size())
        levels = (ink[top:bottom, left:right] * 255 + 0.5).astype(np.uint8)
        pygame.surfarray.pixels2d(self._levels)[left:right, top:bottom] = levels.T

    def draw(self, surface: pygame.Surface, palette: Palette, rect: pygame.Rect) -> None:
        """Fill `rect` with the sheet: paper where there is no ink, pixels without interpolation."""
        if palette is not self._palette:
            self._palette = palette
            self._levels.set_palette(_ramp(palette))
        if rect.size == self._levels.get_size():
            surface.blit(self._levels, rect)
        else:
            surface.blit(pygame.transform.scale(self._levels, rect.size), rect)


@cache
def _ramp(palette: Palette) -> list[Colour]:
    """256 colours from paper to ink."""
    share = np.linspace(0, 1, 256)[:, None]
    ramp = (1 - share) * palette.sheet + share * palette.ink
    return [tuple(colour) for colour in ramp.round().astype(int).tolist()]
