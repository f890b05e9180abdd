"""A drawing is what the hand did: strokes of a pen, kept as points, and every step back.

Pixels forget how they came about. Points can be drawn again, at any size and with any pen; they
can be cut, and they cost so little that all earlier states of a drawing are kept.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, hypot, sqrt

import numpy as np

Point = tuple[float, float]
Span = tuple[float, float]  # part of a line, in fractions of its length
MOST_STEPS = 200  # that can be undone


@dataclass
class Stroke:
    """The path of a pen from touching the paper to leaving it; a single point is a dot.

    Points are (x, y) in units of the canvas's side, (0, 0) at the top left and y down; they may
    lie outside 0..1. `width` is the pen's width in the same unit.
    """

    points: list[Point]
    width: float

    def without(self, start: Point, end: Point, width: float) -> "list[Stroke]":
        """What an eraser of `width`, drawn along a line, leaves of the stroke: none of its ink lies
        under the eraser. Only the stroke itself if it was not touched."""
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
        """The part of each line between two points that the eraser covers, where it covers any."""
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


State = tuple[Sequence[Stroke], np.ndarray | None, int | None]


class Drawing:
    """Strokes in their order, on blank paper or on a picture. True once there is anything.

    `picture` is ink (h, w), float32 in 0..1, bright on dark, that covers the whole sheet, or None;
    `label` is the digit that a person says it is, or None. A stroke, an eraser's path and a new
    sheet are one step each to undo; the last MOST_STEPS are kept.
    """

    def __init__(self) -> None:
        self.strokes: list[Stroke] = []
        self.picture: np.ndarray | None = None
        self.label: int | None = None
        self._past: deque[State] = deque(maxlen=MOST_STEPS)
        self._future: list[State] = []
        self._eraser: Point | None = None  # where it is, if the last step was to erase

    def begin(self, point: Point, width: float) -> None:
        """Set the pen down: a new stroke starts at `point`."""
        self._step()
        self.strokes.append(Stroke([point], width))

    def extend(self, point: Point) -> None:
        """Move the pen to `point`. Raises IndexError if no stroke has begun."""
        self.strokes[-1].points.append(point)

    def erase(self, start: Point, end: Point, width: float) -> bool:
        """Remove the ink under an eraser of `width` that moves from `start` to `end`.

        Strokes are cut, not painted over. An eraser that goes on where it was makes one step of it;
        one that stands still, `start` being `end`, begins anew. Returns whether there was anything
        to remove.
        """
        goes_on = start == self._eraser and start != end
        pieces = [stroke.without(start, end, width) for stroke in self.strokes]
        picture = None if self.picture is None else _rubbed(self.picture, start, end, width)
        touched = picture is not self.picture or any(
            piece != [stroke] for piece, stroke in zip(pieces, self.strokes, strict=True)
        )
        if touched:
            if not goes_on:
                self._step()
            self.strokes = [stroke for piece in pieces for stroke in piece]
            self.picture = picture
        self._eraser = end if touched or goes_on else None
        return touched

    def show(self, picture: np.ndarray, label: int | None = None) -> None:
        """Take a new sheet with `picture` on it."""
        self._take(([], picture, label))

    def replace(self, other: "Drawing", label: int | None = None) -> None:
        """Take a new sheet with what is on `other`."""
        self._take((other.strokes, other.picture, label))

    def clear(self) -> None:
        """Take a new sheet, without a label; where the sheet was blank that is no step."""
        if self:
            self._step()
        self._restore(([], None, None))

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether there is a step that was taken back."""
        return bool(self._future)

    def undo(self) -> None:
        """Take the last step back, if there is one."""
        if self._past:
            self._future.append(self._state())
            self._restore(self._past.pop())

    def redo(self) -> None:
        """Take again the step that was taken back last, if nothing else happened since."""
        if self._future:
            self._past.append(self._state())
            self._restore(self._future.pop())

    def __bool__(self) -> bool:
        return bool(self.strokes) or self.picture is not None

    def _take(self, state: State) -> None:
        self._step()
        self._restore(state)

    def _step(self) -> None:
        """Remember the state before a step. States share the strokes that they have in common."""
        self._past.append(self._state())
        self._future.clear()
        self._eraser = None

    def _state(self) -> State:
        return tuple(self.strokes), self.picture, self.label

    def _restore(self, state: State) -> None:
        strokes, self.picture, self.label = state
        self.strokes = list(strokes)
        self._eraser = None


def _covered(a: Point, b: Point, start: Point, end: Point, reach: float) -> Span | None:
    """The part of the line from `a` to `b` that is nearer than `reach` to the eraser's path.

    What is near a path is convex, so it is one part: from the first to the last point in either
    of the discs around the path's ends or in the rectangle between them.
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
        """How far inside each of the four sides."""
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


def _rubbed(picture: np.ndarray, start: Point, end: Point, width: float) -> np.ndarray | None:
    """The picture without what is under the eraser: itself if that is nothing, None if all."""
    height, breadth = picture.shape
    reach = width / 2
    left = max(floor((min(start[0], end[0]) - reach) * breadth), 0)
    right = min(ceil((max(start[0], end[0]) + reach) * breadth), breadth)
    top = max(floor((min(start[1], end[1]) - reach) * height), 0)
    bottom = min(ceil((max(start[1], end[1]) + reach) * height), height)
    if left >= right or top >= bottom:
        return picture
    x = (np.arange(left, right) + 0.5) / breadth - start[0]
    y = (np.arange(top, bottom)[:, None] + 0.5) / height - start[1]
    dx, dy = end[0] - start[0], end[1] - start[1]
    along = np.clip((x * dx + y * dy) / (dx * dx + dy * dy or 1), 0, 1)
    under = np.hypot(x - along * dx, y - along * dy) < reach
    if not picture[top:bottom, left:right][under].any():
        return picture
    rubbed = picture.copy()
    rubbed[top:bottom, left:right][under] = 0
    return rubbed if rubbed.any() else None
