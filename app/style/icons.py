"""An icon is a few pen strokes, drawn so that it is sharp at any size."""

from functools import lru_cache
from math import cos, radians, sin

import numpy as np
import pygame

from app.style.theme import Colour
from digits.drawing import Point
from digits.drawing.ink import Ink

GRID = 24  # units to an icon's side
LINE = 1.9  # the width of its lines

Line = tuple[float, tuple[Point, ...]]  # width and points


class Icon:
    """Pen lines. Compared by identity, so that a cache look-up need not compare points."""

    def __init__(self, *lines: Line) -> None:
        self.lines = lines


@lru_cache(100)
def icon_surface(icon: Icon, side: int, colour: Colour) -> pygame.Surface:
    """The icon in a transparent square of `side` pixels."""
    ink = Ink(side)
    for width, points in icon.lines:
        places = [(x / GRID, y / GRID) for x, y in points]
        for start, end in zip(places, places[1:] or places, strict=False):
            ink.line(start, end, width / GRID)
    surface = pygame.Surface((side, side), pygame.SRCALPHA)
    surface.fill(colour)
    pygame.surfarray.pixels_alpha(surface)[:] = (ink.pixels.T * 255 + 0.5).astype(np.uint8)
    return surface


def _line(*points: Point) -> Line:
    return LINE, points


def _dot(centre: Point, width: float) -> Line:
    return width, (centre,)


def _arc(centre: Point, radius: float, start: int, end: int, width: float = LINE) -> Line:
    """Part of a circle, from one angle in degrees to another; 0 is right, 90 is down."""
    x, y = centre
    step = 10 if end > start else -10
    angles = [radians(angle) for angle in range(start, end + step, step)]
    return width, tuple((x + radius * cos(angle), y + radius * sin(angle)) for angle in angles)


def _mirrored(icon: Icon) -> Icon:
    lines = ((width, tuple((GRID - x, y) for x, y in points)) for width, points in icon.lines)
    return Icon(*lines)


THINNER = Icon(_dot((9, 14), 6), _line((14.5, 6), (21.5, 6)))
THICKER = Icon(_dot((9, 14), 14), _line((14.5, 6), (21.5, 6)), _line((18, 2.5), (18, 9.5)))
ERASER = Icon(
    _line((8, 20), (3.5, 15.5), (14, 5), (20, 11), (11, 20), (8, 20)),
    _line((9, 10), (15, 16)),
    _line((8, 20), (21, 20)),
)
UNDO = Icon(
    _line((8.5, 4.5), (4, 9), (8.5, 13.5)),
    _line((4, 9), (14.5, 9)),
    _arc((14.5, 14.5), 5.5, -90, 90),
    _line((14.5, 20), (9, 20)),
)
REDO = _mirrored(UNDO)
CLEAR = Icon(
    _line((4, 6.5), (20, 6.5)),
    _line((6, 6.5), (7, 20.5), (17, 20.5), (18, 6.5)),
    _line((9, 6.5), (9, 3.5), (15, 3.5), (15, 6.5)),
    _line((10.3, 10.5), (10.3, 16.5)),
    _line((13.7, 10.5), (13.7, 16.5)),
)
EXAMPLE = Icon(
    _line((4, 4), (20, 4), (20, 20), (4, 20), (4, 4)),
    *(_dot(centre, 3) for centre in ((8.5, 8.5), (15.5, 8.5), (12, 12), (8.5, 15.5), (15.5, 15.5))),
)
OPEN = Icon(
    _line((3, 19.5), (3, 5), (9, 5), (11.5, 8), (21, 8), (21, 19.5), (3, 19.5)),
)
SAVE = Icon(
    _line((12, 3.5), (12, 15)),
    _line((7, 10.5), (12, 15.5), (17, 10.5)),
    _line((3.5, 16), (3.5, 20.5), (20.5, 20.5), (20.5, 16)),
)
LESSONS = Icon(  # a book
    _line((12, 6), (12, 20.5)),
    _line((12, 6), (9, 4), (3, 4), (3, 18.5), (9, 18.5), (12, 20.5)),
    _line((12, 6), (15, 4), (21, 4), (21, 18.5), (15, 18.5), (12, 20.5)),
)
MODELS = Icon(
    _line((12, 3), (21, 7.8), (12, 12.6), (3, 7.8), (12, 3)),
    _line((3, 12.4), (12, 17.2), (21, 12.4)),
    _line((3, 16.8), (12, 21.6), (21, 16.8)),
)
NETWORK = Icon(
    *((1.3, ((4, y), (12, middle))) for y in (7, 17) for middle in (3.5, 12, 20.5)),
    *((1.3, ((12, middle), (20, 12))) for middle in (3.5, 12, 20.5)),
    *(_dot((4, y), 5) for y in (7, 17)),
    *(_dot((12, y), 5) for y in (3.5, 12, 20.5)),
    _dot((20, 12), 5),
)
PLAY = Icon((4, ((9, 7), (16, 12), (9, 17), (9, 7), (11, 12))))
THEME = Icon(
    _arc((12, 12), 8.5, 0, 360),
    *(_arc((12, 12), radius, -90, 90, width=2.6) for radius in (7, 5.5, 4, 2.5, 1)),
)
HELP = Icon(
    _arc((12, 8.4), 4.6, 180, 400),
    _line((15.52, 11.36), (12, 14.6), (12, 15.8)),
    _dot((12, 20), 2.8),
)
