"""Retracing redraws a person's strokes with a pen like the one MNIST's digits were written with.

So the network's input depends neither on the pen's width nor on the drawing's size or place, and
little on a tremor or a mouse's jitter: paths are smoothed over one and a half pen widths. Live
drawings and the pen strokes of the training data both pass through here. A picture has no strokes:
a drawing on one is preprocessed as ink.
"""

from collections.abc import Sequence
from operator import is_not

import numpy as np

from digits.drawing.drawing import Drawing
from digits.drawing.ink import Ink, coverage
from digits.drawing.preprocess import BOX, SIDE, preprocess
from digits.drawing.smoothing import Lines, smoothed
from digits.drawing.stroke import Box, Stroke

PEN = 0.12  # the pen's width, as a share of the ink's longer side
SMOOTHING = 1.5  # pen widths that a path is smoothed over
FINENESS = 4  # pixels of the sheet per pixel of the network's input, along each axis
SHEET, LONGER = FINENESS * SIDE, FINENESS * BOX  # pixels: the sheet's side, the ink's longer one
PIECE = 4.0  # pixels: the longest line drawn at once
STEP = 0.05  # between two points of a smoothed path, as a share of the ink's longer side
# The limits of one portion of retracing, about a millisecond of drawing.
STROKES, LINES, PIECES = 200, 200, 200
PICTURE_SIDE = 280  # pixels: the resolution at which strokes are painted on a picture


def retrace(drawing: Drawing, pen: float = PEN, smoothing: float = SMOOTHING) -> np.ndarray | None:
    """MNIST's view of `drawing`, (28, 28) float32 in 0..1; None if nothing is on the sheet.

    `pen` is the width of all strokes, as a share of the ink's longer side. Paths are smoothed over
    `smoothing` pen widths, above 0.
    """
    if not drawing:
        return None
    if drawing.picture is not None:
        ink = Ink(PICTURE_SIDE)
        ink.draw(drawing)
        return preprocess(ink.pixels)
    return retraced(drawing.strokes, pen, smoothing)


def retraced(
    strokes: Sequence[Stroke], pen: float = PEN, smoothing: float = SMOOTHING
) -> np.ndarray | None:
    """The same for strokes alone."""
    tracing = Tracing(pen, smoothing)
    while not tracing.go_on(strokes):
        pass
    return tracing.image()


class Tracing:
    """Retraces strokes portion by portion, with a pen and smoothing as in `retrace`.

    When the last stroke grows or others are added, only the new lines are drawn, as long as the
    ink's scale and place on the sheet stay the same. Otherwise everything is redrawn.
    """

    def __init__(self, pen: float = PEN, smoothing: float = SMOOTHING) -> None:
        self._pen, self._smoothing = pen, smoothing
        self._forget()

    def _forget(self) -> None:
        self._strokes: list[Stroke] = []  # whose lines have been taken
        self._points: list[int] = []  # how many points each had then
        self._starts = self._ends = np.zeros((0, 2), np.float32)  # of the visible lines
        self._low, self._high = np.full((2, 2), [[np.inf], [-np.inf]], np.float32)  # their bounds
        self._widest = 0.0  # the widest pen
        self._is_new = False  # whether lines were taken since the last smoothing
        self._smoothed: Lines = self._starts, self._ends  # in pixels of the sheet
        self._settled = 0  # smoothed lines that stay the same when the last stroke grows
        self._drawn = 0  # settled lines drawn so far
        self._fit: tuple[float, ...] = ()  # the lines' size, and scale and shift onto the sheet
        self._sheet = np.zeros((SHEET, SHEET), np.float32)

    def go_on(self, strokes: Sequence[Stroke]) -> bool:
        """Retrace the next portion of `strokes`: a millisecond or two, more beyond some thousand
        points. Returns whether it was the last one."""
        finished = zip(self._strokes[:-1], self._points, strict=False)
        if (
            len(strokes) < len(self._strokes)
            or any(map(is_not, self._strokes, strokes))
            or any(len(stroke.points) > known for stroke, known in finished)
        ):
            self._forget()
        if not self._take(strokes):
            return False
        if self._is_new:
            self._smooth()
        if self._drawn < self._settled:
            some = slice(self._drawn, min(self._drawn + LINES, self._settled))
            starts, ends = (points[some] for points in self._smoothed)
            counts = _counts(starts, ends)
            within = max(int(np.searchsorted(np.cumsum(counts), PIECES, "right")), 1)
            _draw(self._sheet, starts[:within], ends[:within], counts[:within], self._pen * LONGER)
            self._drawn += within
        return self._drawn == self._settled

    def image(self) -> np.ndarray | None:
        """MNIST's view of the lines drawn so far, as `retrace` returns it."""
        starts, ends = (points[self._settled :] for points in self._smoothed)
        sheet = self._sheet.copy()
        _draw(sheet, starts, ends, _counts(starts, ends), self._pen * LONGER)
        return preprocess(sheet)

    def _take(self, strokes: Sequence[Stroke]) -> bool:
        """Take the lines of some new strokes. Returns whether all are taken."""
        known = zip(self._strokes, self._points, strict=True)
        new = [Stroke(s.points[n - 1 :], s.width) for s, n in known if len(s.points) > n]
        more = strokes[len(self._strokes) : len(self._strokes) + STROKES]
        new += more
        if new:
            self._strokes += more
            self._points = [len(stroke.points) for stroke in self._strokes]
            starts, ends = _seen(*_lines(new))
            self._starts = np.concatenate([self._starts, starts])
            self._ends = np.concatenate([self._ends, ends])
            self._low = np.concatenate([[self._low], starts, ends]).min(axis=0)
            self._high = np.concatenate([[self._high], starts, ends]).max(axis=0)
            self._widest = max(self._widest, *(stroke.width for stroke in new))
            self._is_new = len(self._starts) > 0
        return len(self._strokes) == len(strokes)

    def _smooth(self) -> None:
        """Smooth the lines and fit them onto the sheet; clear it if their size, scale or place has
        changed."""
        self._is_new = False
        # Ink smaller than its pen is a dot, not a tiny drawing.
        side = max((self._high - self._low).max(), self._widest)
        width = self._smoothing * side * self._pen / (1 - self._pen)
        starts, ends, self._settled = smoothed(self._starts, self._ends, width, side * STEP)
        low, high = np.minimum(starts, ends).min(axis=0), np.maximum(starts, ends).max(axis=0)
        # The ink's edges fall between pixels, so that preprocessing averages whole ones.
        scale = (1 - self._pen) * LONGER / max((high - low).max(), self._widest)
        shift = SHEET / 2 - (low + high) / 2 * scale
        self._smoothed = tuple((end * scale + shift).astype(np.float32) for end in (starts, ends))
        fit = (side, scale, *shift)
        if fit != self._fit:
            self._fit = fit
            self._drawn = 0
            self._sheet[:] = 0


def seen_box(stroke: Stroke) -> Box | None:
    """The bounds of the part of the stroke's centre line on the sheet; None if it is outside."""
    places = np.concatenate(_seen(*_lines([stroke])))
    if not len(places):
        return None
    return *places.min(axis=0).tolist(), *places.max(axis=0).tolist()


def _lines(strokes: Sequence[Stroke]) -> tuple[np.ndarray, np.ndarray]:
    """Both ends, (n, 2) each, of the lines between the points; a dot is a line of length 0."""
    points = [np.asarray(stroke.points, np.float32) for stroke in strokes]
    starts = np.concatenate([p[:-1] if len(p) > 1 else p for p in points])
    ends = np.concatenate([p[1:] if len(p) > 1 else p for p in points])
    return starts, ends


def _seen(starts: np.ndarray, ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The lines clipped to the sheet, 0..1 along each axis (Liang and Barsky 1984): ink outside it,
    which nobody sees, would otherwise shrink the digit."""
    if min(starts.min(), ends.min()) >= 0 and max(starts.max(), ends.max()) <= 1:
        return starts, ends  # as nearly always, in an eighth of the time
    way = ends - starts
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        zero, one = -starts / way, (1 - starts) / way  # where on its way a line meets both edges
    along_edge = np.isnan(zero) | np.isnan(one)  # meets it everywhere
    enter = np.where(along_edge, -np.inf, np.minimum(zero, one)).max(axis=1)
    leave = np.where(along_edge, np.inf, np.maximum(zero, one)).min(axis=1)
    low, high = np.maximum(enter, 0)[:, None], np.minimum(leave, 1)[:, None]
    on_sheet = (low <= high)[:, 0]
    starts, ends, way, low, high = (some[on_sheet] for some in (starts, ends, way, low, high))
    # An end that is not cut stays the same to the bit, so that the lines of a path still join.
    ends = np.where(high < 1, starts + way * high, ends)
    return np.where(low > 0, starts + way * low, starts), ends


def _counts(starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """The number of pieces that each line is cut into."""
    lengths = np.hypot(*(ends - starts).T)
    return np.maximum(np.ceil(lengths / PIECE), 1).astype(int)


def _draw(
    sheet: np.ndarray, starts: np.ndarray, ends: np.ndarray, counts: np.ndarray, width: float
) -> None:
    """Draw round-capped, anti-aliased lines of equal `width` in pixels at once, each cut into its
    count of pieces, so that all pieces fit small squares of one size."""
    lengths = np.hypot(*(ends - starts).T)
    steps = np.repeat((ends - starts) / counts[:, None], counts, axis=0)
    numbers = np.arange(len(steps)) - np.repeat(np.cumsum(counts) - counts, counts)
    starts = np.repeat(starts, counts, axis=0) + steps * numbers[:, None]
    lengths = np.repeat(lengths / counts, counts)[:, None, None]

    # Pixel centres relative to the start, rotated so that the piece lies along one axis.
    angles = np.arctan2(steps[:, 1], steps[:, 0])[:, None, None]
    cosine, sine = np.cos(angles), np.sin(angles)
    reach = width / 2 + 0.5  # the distance at which coverage falls to 0
    square = int(np.ceil(PIECE + 2 * reach)) + 1
    corners = np.floor(starts + steps / 2 - (PIECE / 2 + reach)).astype(int)
    pixels = corners[:, :, None] + np.arange(square) + np.float32(0.5) - starts[:, :, None]
    x, y = pixels[:, 0, None, :], pixels[:, 1, :, None]
    covered = coverage(cosine * x + sine * y, cosine * y - sine * x, lengths, reach)
    for (left, top), part in zip(corners.tolist(), covered, strict=True):
        place = sheet[top : top + square, left : left + square]
        np.maximum(place, part, out=place)
