"""A stroke is the path of a pen from touching the paper to leaving it; an eraser can cut it.

Erasing is exact: a line is cut where it enters and leaves the eraser's path.
"""

from dataclasses import dataclass, field
from itertools import pairwise
from math import hypot, inf, sqrt

import numpy as np

Point = tuple[float, float]
Box = tuple[float, float, float, float]  # left, top, right and bottom
Span = tuple[float, float]  # part of a line, in fractions of its length


@dataclass
class Stroke:
    """The points that a pen passed, and its width; a single point is a dot.

    Points are (x, y) in units of the canvas's side, (0, 0) at the top left and y down; they may
    lie outside 0..1. `width` is the pen's width in the same unit. Points may be appended, but
    existing ones never change.
    """

    points: list[Point]
    width: float
    _box: Box = field(default=(inf, inf, -inf, -inf), init=False, repr=False, compare=False)
    _boxed: int = field(default=0, init=False, repr=False, compare=False)  # points inside the box

    def may_touch(self, box: Box) -> bool:
        """Whether the stroke may have ink in `box`, judging by its bounding box."""
        new = self.points[self._boxed :]
        if new:
            (xs, ys), (left, top, right, bottom) = zip(*new, strict=True), self._box
            self._box = min(left, *xs), min(top, *ys), max(right, *xs), max(bottom, *ys)
            self._boxed += len(new)
        left, top, right, bottom = self._box
        reach = self.width / 2
        return (
            left - reach <= box[2]
            and box[0] <= right + reach
            and top - reach <= box[3]
            and box[1] <= bottom + reach
        )

    def without(self, start: Point, end: Point, width: float) -> "list[Stroke]":
        """The parts of the stroke left by an eraser of `width` drawn along a line: none of their
        ink lies under it. Just the stroke itself if it was not touched."""
        (left, right), (top, bottom) = map(sorted, zip(start, end, strict=True))
        half = width / 2
        if not self.may_touch((left - half, top - half, right + half, bottom + half)):
            return [self]
        reach = (width + self.width) / 2
        pieces: list[list[Point]] = [[]]
        if len(self.points) == 1:
            return [] if _covered(*self.points, *self.points, start, end, reach) else [self]
        touched = self._spans(start, end, reach)
        if not touched:
            return [self]
        for index, (a, b) in enumerate(pairwise(self.points)):
            span = touched.get(index)
            if span is None:
                pieces[-1] += (a, b)
                continue
            low, high = span
            if low > 0:
                pieces[-1] += (a, _between(a, b, low))
            pieces.append([])
            if high < 1:
                pieces[-1] += (_between(a, b, high), b)
        return [Stroke(_without_repeats(points), self.width) for points in pieces if points]

    def _spans(self, start: Point, end: Point, reach: float) -> dict[int, Span]:
        """The part that the eraser covers of each line between two points, where it covers any."""
        points = np.array(self.points)
        low = np.minimum(start, end) - reach
        high = np.maximum(start, end) + reach
        near = np.maximum(points[1:], points[:-1]) >= low
        near &= np.minimum(points[1:], points[:-1]) <= high
        spans = {}
        for index in np.flatnonzero(near.all(axis=1)).tolist():
            span = _covered(self.points[index], self.points[index + 1], start, end, reach)
            if span is not None:
                spans[index] = span
        return spans


def _covered(a: Point, b: Point, start: Point, end: Point, reach: float) -> Span | None:
    """The part of the line from `a` to `b` that is nearer than `reach` to the eraser's path.

    The region around a path is convex, so there is only one part: from the first to the last point
    in either of the discs around the path's ends or in the rectangle between them.
    """
    spans = [_in_disc(a, b, start, reach), _in_disc(a, b, end, reach)]
    if start != end:
        spans.append(_in_rectangle(a, b, start, end, reach))
    found = [span for span in spans if span is not None]
    if not found:
        return None
    return min(low for low, _ in found), max(high for _, high in found)


def _in_disc(a: Point, b: Point, centre: Point, radius: float) -> Span | None:
    dx, dy = b[0] - a[0], b[1] - a[1]
    x, y = a[0] - centre[0], a[1] - centre[1]
    square, half, rest = dx * dx + dy * dy, x * dx + y * dy, x * x + y * y - radius * radius
    if square == 0:
        return (0.0, 1.0) if rest < 0 else None
    root = half * half - square * rest
    if root <= 0:
        return None
    low, high = (-half - sqrt(root)) / square, (-half + sqrt(root)) / square
    return (max(low, 0.0), min(high, 1.0)) if low < 1 and high > 0 else None


def _in_rectangle(a: Point, b: Point, start: Point, end: Point, reach: float) -> Span | None:
    length = hypot(end[0] - start[0], end[1] - start[1])
    cosine, sine = (end[0] - start[0]) / length, (end[1] - start[1]) / length

    def margins(point: Point) -> tuple[float, ...]:
        """The point's distance inside each of the four sides."""
        x, y = point[0] - start[0], point[1] - start[1]
        along, across = cosine * x + sine * y, cosine * y - sine * x
        return along, length - along, reach + across, reach - across

    low, high = 0.0, 1.0
    for at_a, at_b in zip(margins(a), margins(b), strict=True):
        if at_a <= 0 and at_b <= 0:
            return None
        if at_a < 0:
            low = max(low, at_a / (at_a - at_b))
        elif at_b < 0:
            high = min(high, at_a / (at_a - at_b))
    return (low, high) if low < high else None


def _between(a: Point, b: Point, share: float) -> Point:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


def _without_repeats(points: list[Point]) -> list[Point]:
    return [points[0], *(point for last, point in pairwise(points) if point != last)]
