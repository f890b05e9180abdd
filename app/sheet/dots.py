"""Dots: a line over the sheet is a row of round dots, because pygame's wide lines are uneven."""

from functools import lru_cache
from math import ceil

import numpy as np
import pygame

from app.style.theme import Colour
from digits.learning.paths import along, at

STEP = 0.15  # the distance between the dots of a line, in radii
MOST_DOTS = 128  # in the cache


def draw_dot(
    surface: pygame.Surface, colour: Colour, centre: tuple[float, float], radius: float
) -> None:
    x, y = map(int, centre)
    dot = _dot(colour, radius)
    surface.blit(dot, (x - dot.width // 2, y - dot.height // 2))


def draw_line(surface: pygame.Surface, colour: Colour, points: np.ndarray, radius: float) -> None:
    """Draw a line along the points (n, 2), with round ends and corners."""
    for place in at(points, places_along(points, radius)).tolist():
        draw_dot(surface, colour, place, radius)


def places_along(points: np.ndarray, radius: float) -> np.ndarray:
    """The arc lengths at which dots along the points look like a line."""
    way = along(points)[-1]
    return np.linspace(0, way, int(way / max(STEP * radius, 1)) + 2)


def cropped(picture: pygame.Surface) -> tuple[pygame.Surface, pygame.Rect]:
    """The part of a transparent picture that is not blank, and its place there."""
    box = picture.get_bounding_rect()
    return picture.subsurface(box).copy(), box


@lru_cache(MOST_DOTS)
def _dot(colour: Colour, radius: float) -> pygame.Surface:
    """Drawn once, because a circle with a smooth edge takes ten times as long as a copy of it."""
    middle = ceil(radius) + 1
    dot = pygame.Surface((2 * middle + 1, 2 * middle + 1), pygame.SRCALPHA)
    dot.fill((*colour, 0))
    pygame.draw.aacircle(dot, colour, (middle, middle), radius)
    return dot
