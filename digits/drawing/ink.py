"""Ink is the drawing as pixels: a square sheet, bright where the pen has been.

It is for display, and for drawings on a picture; strokes without a picture reach the network
through `retrace`.
"""

from collections import deque
from collections.abc import Iterator
from math import ceil, floor, hypot

import numpy as np

from digits.drawing.drawing import Drawing
from digits.drawing.stroke import Point, Stroke

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
        box = self.box(start, end, width)
        if box is None:
            return None
        left, top, right, bottom = box
        size = len(self.pixels)
        x0, y0, x1, y1 = (coordinate * size for coordinate in (*start, *end))
        reach = width * size / 2 + 0.5  # the distance from the line at which coverage falls to 0

        # Pixel centres relative to `start`, rotated so that the line lies along one axis.
        x = np.arange(left, right, dtype=np.float32) + np.float32(0.5 - x0)
        y = np.arange(top, bottom, dtype=np.float32)[:, None] + np.float32(0.5 - y0)
        length = hypot(x1 - x0, y1 - y0)
        cosine, sine = ((x1 - x0) / length, (y1 - y0) / length) if length else (1.0, 0.0)
        covered = coverage(cosine * x + sine * y, cosine * y - sine * x, length, reach)
        pixels = self.pixels[top:bottom, left:right]
        np.maximum(pixels, covered, out=pixels)
        return box

    def box(self, start: Point, end: Point, width: float) -> Box | None:
        """The pixels that a line may change, as `line` returns them."""
        size = len(self.pixels)
        x0, y0, x1, y1 = (coordinate * size for coordinate in (*start, *end))
        reach = width * size / 2 + 0.5
        left, right = max(floor(min(x0, x1) - reach), 0), min(ceil(max(x0, x1) + reach), size)
        top, bottom = max(floor(min(y0, y1) - reach), 0), min(ceil(max(y0, y1) + reach), size)
        return (left, top, right, bottom) if left < right and top < bottom else None

    def draw(self, drawing: Drawing) -> None:
        """Draw the picture of `drawing`, stretched over the sheet, and every stroke."""
        deque(self._draw_near((0, 0, *self.pixels.shape), drawing), maxlen=0)

    def redraw(self, box: Box, drawing: Drawing) -> None:
        """Draw `drawing` again inside `box`; the rest of the sheet already shows it."""
        deque(self.redrawing(box, drawing), maxlen=0)

    def redrawing(self, box: Box, drawing: Drawing) -> Iterator[None]:
        """Do what `redraw` does in small steps: one line drawn or one stroke skipped per step."""
        left, top, right, bottom = box
        self.pixels[top:bottom, left:right] = 0
        yield from self._draw_near(box, drawing)

    def _draw_near(self, box: Box, drawing: Drawing) -> Iterator[None]:
        """Draw the parts of `drawing` that touch `box`; they may reach beyond it."""
        left, top, right, bottom = box
        if drawing.picture is not None:
            rows, columns = (_area_means(old, len(self.pixels)) for old in drawing.picture.shape)
            pixels = self.pixels[top:bottom, left:right]
            seen = rows[top:bottom] @ drawing.picture @ columns[left:right].T
            np.maximum(pixels, seen, out=pixels)
        size = len(self.pixels)
        around = (left - 1) / size, (top - 1) / size, (right + 1) / size, (bottom + 1) / size
        for stroke in tuple(drawing.strokes):
            yield
            if not stroke.may_touch(around):
                continue
            for start, end in self._lines_near(box, stroke):
                self.line(start, end, stroke.width)
                yield

    def _lines_near(self, box: Box, stroke: Stroke) -> Iterator[tuple[Point, Point]]:
        """The lines between the stroke's points that may have ink in `box`."""
        points = stroke.points if len(stroke.points) > 1 else stroke.points * 2  # a dot
        places = np.array(points) * len(self.pixels)
        reach = stroke.width * len(self.pixels) / 2 + 1
        low, high = np.array(box[:2]) - reach, np.array(box[2:]) + reach
        near = np.maximum(places[1:], places[:-1]) > low
        near &= np.minimum(places[1:], places[:-1]) < high
        for index in np.flatnonzero(near.all(axis=1)).tolist():
            yield points[index], points[index + 1]


def coverage(
    along: np.ndarray, across: np.ndarray, length: float | np.ndarray, reach: float
) -> np.ndarray:
    """The share of each pixel that a round-capped line of `length` covers: at most 1, and below 0
    beyond `reach`, the distance at which coverage falls to 0. `along` and `across` are the pixels'
    coordinates relative to the line's start, in its direction. All in pixels."""
    beyond = along - np.minimum(np.maximum(along, 0), length)  # the distance past an end
    return np.minimum(reach - np.sqrt(beyond * beyond + across * across), 1)


def _area_means(old: int, new: int) -> np.ndarray:
    """The matrix (new, old), float32, that resamples an axis: every new pixel is the mean of the
    old ones over the area that it covers. Enlarging by an integer repeats pixels unchanged."""
    edges = np.arange(new + 1)[:, None] * (old / new)
    overlap = np.minimum(edges[1:], np.arange(old) + 1) - np.maximum(edges[:-1], np.arange(old))
    return (np.maximum(overlap, 0) * (new / old)).astype(np.float32)
