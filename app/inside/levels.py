"""Levels are values quantised to a colour scale, from paper at zero to full strength."""

from functools import cache

import numpy as np
import pygame

from app.style import theme
from app.style.theme import Colour, Palette

GROUND = 0  # the level of pixels outside all maps
ZERO, REACH = 128, 127  # the level of zero, and the number of levels on either side


def leveled(values: np.ndarray, peak: float) -> np.ndarray:
    """The levels of values, of the same shape; the absolute value `peak` has full strength."""
    return (values * (REACH / max(peak, 1e-9)) + (ZERO + 0.5)).astype(np.uint8)


def peak(values: np.ndarray) -> float:
    """The greatest absolute value."""
    return float(np.abs(values).max(initial=0))


@cache
def activation_colours(palette: Palette) -> list[Colour]:
    """The colour of each level, ink above zero."""
    return _colours(palette, palette.ink)


@cache
def weight_colours(palette: Palette) -> list[Colour]:
    """The colour of each level: the two colours of evidence on either side of zero."""
    return _colours(palette, palette.speaks_for)


def picture(levels: np.ndarray, colours: list[Colour], size: tuple[int, int]) -> pygame.Surface:
    """A picture of `size` (pixels) of levels (height, width), each a rectangle in its colour."""
    small = pygame.Surface(levels.shape[::-1], 0, 8)
    pygame.surfarray.pixels2d(small)[:] = levels.T
    small.set_palette(colours)
    return pygame.transform.scale(small, size)


def _colours(palette: Palette, above: Colour) -> list[Colour]:
    share = np.linspace(0, 1, REACH + 1)[:, None] ** theme.MAP_GAMMA
    low, high = (
        (1 - share) * palette.sheet + share * strongest
        for strongest in (palette.speaks_against, above)
    )
    levels = np.vstack([palette.background, low[:0:-1], high]).round().astype(int)
    return [tuple(colour) for colour in levels.tolist()]
