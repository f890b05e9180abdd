"""A sheet makes ink visible. Arrays are indexed [y, x], surfaces [x, y]: only it turns them."""

import numpy as np
import pygame

from app import theme

MASKS = 0xFF0000, 0x00FF00, 0x0000FF, 0


def _ramp() -> np.ndarray:
    """The pixels (256,) from paper to ink, in the order of MASKS."""
    share = np.linspace(0, 1, 256)[:, None]
    red, green, blue = ((1 - share) * theme.SHEET + share * theme.INK).round().astype(np.uint32).T
    return red << 16 | green << 8 | blue


COLOURS = _ramp()


class Sheet:
    """Ink (side, side), float32 in 0..1, as a square surface: from paper at 0 to ink at 1."""

    def __init__(self, side: int) -> None:
        self.surface = pygame.Surface((side, side), 0, 32, MASKS)
        self.surface.fill(theme.SHEET)

    def show(self, ink: np.ndarray, box: tuple[int, int, int, int] | None = None) -> None:
        """Show `ink`, or the part of it in `box` (left, top, right, bottom) alone."""
        left, top, right, bottom = box or (0, 0, *self.surface.get_size())
        levels = (ink[top:bottom, left:right] * 255 + 0.5).astype(np.uint8)
        pygame.surfarray.pixels2d(self.surface)[left:right, top:bottom] = COLOURS[levels.T]
