"""Connections are lines to a map from the maps that feed it: the wider, the more they add."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pygame

from app.style import theme
from app.style.layout import Layout
from app.style.theme import Palette

# The weights of a cubic Bézier curve's four points, at each step along it.
_T = np.linspace(0, 1, theme.LINE_STEPS + 1)[:, None]
_CURVE = np.hstack([(1 - _T) ** 3, 3 * _T * (1 - _T) ** 2, 3 * _T**2 * (1 - _T), _T**3])


class End(NamedTuple):
    """Where a line begins, and how much is `added` along it.

    `along` is None at a map's cell. At a mark, which stands for hidden maps, it is the position on
    the mark's lower edge, 0 to 1.
    """

    cell: pygame.Rect
    added: float
    along: float | None = None


class Connections:
    """Curves that leave a cell in the direction of the stages: rightwards in a `wide` grid,
    otherwise downwards."""

    def __init__(self, layout: Layout) -> None:
        self._widest = max(layout.scaled(theme.WIDEST_LINE), theme.THINNEST_LINE + 1)

    def draw(
        self,
        surface: pygame.Surface,
        palette: Palette,
        ends: Sequence[End],
        to: pygame.Rect,
        wide: bool,
    ) -> None:
        """Draw a line to the cell `to` from each of the ends, which are sorted strongest first."""
        greatest = max((abs(end.added) for end in ends), default=1)
        for end in reversed(ends):  # the strongest on top
            colour = palette.side(end.added)
            width = max(round(self._widest * abs(end.added) / greatest), theme.THINNEST_LINE)
            points = _curve(end, to, wide)
            for line, breadth in ((palette.background, width + 2), (colour, width)):
                for one, other in pairwise(points):
                    pygame.draw.aaline(surface, line, one, other, breadth)
        for end in ends:
            pygame.draw.rect(surface, palette.background, end.cell.inflate(6, 6), 1)
        for end in ends:  # after all lines, which would otherwise cross the frames
            pygame.draw.rect(surface, palette.side(end.added), end.cell.inflate(4, 4), 2)


def _curve(end: End, to: pygame.Rect, wide: bool) -> list[tuple[float, float]]:
    """Points of a Bézier curve that leaves in the direction of the stages; from a mark, down."""
    cell, goes_right = end.cell, wide and end.along is None
    start = cell.midright if goes_right else cell.midbottom
    if end.along is not None:
        start = cell.left + end.along * cell.width, cell.bottom
    goal = to.midleft if wide else to.midtop
    middle = (start[0] + goal[0]) / 2, (start[1] + goal[1]) / 2
    first = (middle[0], start[1]) if goes_right else (start[0], middle[1])
    second = (middle[0], goal[1]) if wide else (goal[0], middle[1])
    return (_CURVE @ np.array([start, first, second, goal])).tolist()
