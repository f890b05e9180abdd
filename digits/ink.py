"""Ink is the drawing as light: a square sheet of pixels, bright where the pen has been.

Live drawing and rendered pen strokes both come from `Ink.line`, so that what a network trains on
and what it reads cannot differ.
"""

from itertools import pairwise
from math import ceil, floor, hypot

import numpy as np

from digits.drawing import Drawing, Point

Box = tuple[int, int, int, int]


class Ink:
    """A sheet of (size, size) pixels, float32 in 0 (paper) to 1 (ink), indexed [y, x]."""

    def __init__(self, size: int) -> None:
        self.pixels = np.zeros((size, size), np.float32)

    def line(self, start: Point, end: Point, width: float) -> Box | None:
        """Draw a round-capped, anti-aliased line; a dot if `start` equals `end`.

        Points are (x, y) and `width` is the pen's, all in units of the sheet's side. Returns the
        pixels that may have changed as (left, top, right, bottom), right and bottom excluded, or
        None if the line lies outside the sheet.
        """
        size = len(self.pixels)
        x0, y0, x1, y1 = (coordinate * size for coordinate in (*start, *end))
        reach = width * size / 2 + 0.5  # the distance from the line at which coverage falls to 0
        left, right = max(floor(min(x0, x1) - reach), 0), min(ceil(max(x0, x1) + reach), size)
        top, bottom = max(floor(min(y0, y1) - reach), 0), min(ceil(max(y0, y1) + reach), size)
        if left >= right or top >= bottom:
            return None

        # Pixel centres seen from `start`, then turned so that the line lies along one axis.
        x = np.arange(left, right, dtype=np.float32) + np.float32(0.5 - x0)
        y = np.arange(top, bottom, dtype=np.float32)[:, None] + np.float32(0.5 - y0)
        length = hypot(x1 - x0, y1 - y0)
        cosine, sine = ((x1 - x0) / length, (y1 - y0) / length) if length else (1.0, 0.0)
        along = cosine * x + sine * y
        across = cosine * y - sine * x
        along -= np.clip(along, 0, length)  # what lies beyond an end counts as distance
        coverage = np.clip(reach - np.sqrt(along * along + across * across), 0, 1)

        pixels = self.pixels[top:bottom, left:right]
        np.maximum(pixels, coverage, out=pixels)
        return left, top, right, bottom

    def draw(self, drawing: Drawing) -> None:
        """Draw every stroke of `drawing`."""
        for stroke in drawing.strokes:
            points = stroke.points if len(stroke.points) > 1 else stroke.points * 2  # a dot
            for start, end in pairwise(points):
                self.line(start, end, stroke.width)

    def clear(self) -> None:
        """Make the sheet blank."""
        self.pixels.fill(0)
