"""Retracing draws a person's strokes again with the pen that MNIST's digits were written with.

So neither the pen's width nor the drawing's size or place makes a difference to the network. Live
drawings and the pen strokes that it trains on both come through here. A picture has no strokes:
a drawing on one is seen as it is.
"""

from collections.abc import Sequence
from operator import is_not

import numpy as np

from digits.drawing.drawing import Drawing
from digits.drawing.ink import Ink, coverage
from digits.drawing.preprocess import BOX, SIDE, preprocess
from digits.drawing.stroke import Stroke

PEN = 0.12  # the pen's width, as a share of the ink's longer side
FINENESS = 4  # pixels of the sheet to each of the network's
SHEET, LONGER = FINENESS * SIDE, FINENESS * BOX  # pixels: the sheet's side, the ink's longer one
PIECE = 4.0  # pixels: the longest line drawn at once
# A portion of retracing is at most so much, about a millisecond.
STROKES, LINES, PIECES = 200, 200, 200
PICTURE_SIDE = 280  # pixels: how finely strokes are painted on a picture

Box = tuple[float, float, float, float]  # left, top, right and bottom, in units of the sheet's side


def retrace(drawing: Drawing, pen: float = PEN) -> np.ndarray | None:
    """MNIST's view of `drawing`, (28, 28) float32 in 0..1; None if nothing is on the sheet.

    `pen` is the width of all strokes, as a share of the ink's longer side.
    """
    if not drawing:
        return None
    if drawing.picture is not None:
        ink = Ink(PICTURE_SIDE)
        ink.draw(drawing)
        return preprocess(ink.pixels)
    tracing = Tracing(pen)
    while not tracing.go_on(drawing.strokes):
        pass
    return tracing.image()


class Tracing:
    """Strokes that are retraced portion by portion, with a pen as `retrace` has it.

    When they grow, or others follow, only what is new is drawn, as long as the ink fits onto the
    sheet as it did. Otherwise, and when a stroke is gone, all is drawn again.
    """

    def __init__(self, pen: float = PEN) -> None:
        self._pen = pen
        self._forget()

    def _forget(self) -> None:
        self._strokes: list[Stroke] = []  # of which the lines are known
        self._points: list[int] = []  # how many each had then
        self._starts = self._ends = np.zeros((0, 2), np.float32)  # of the lines that are seen
        self._low, self._high = np.full((2, 2), [[np.inf], [-np.inf]], np.float32)  # of these
        self._widest = 0.0  # pen
        self._drawn = 0  # lines
        self._fit: tuple[np.ndarray, np.ndarray] | None = None  # scale and shift onto the sheet
        self._sheet = np.zeros((SHEET, SHEET), np.float32)

    def go_on(self, strokes: Sequence[Stroke]) -> bool:
        """Go on to retrace `strokes` by a portion, which takes a millisecond or two. Returns
        whether it was the last one."""
        if len(strokes) < len(self._strokes) or any(map(is_not, self._strokes, strokes)):
            self._forget()
        if not self._take(strokes):
            return False
        self._fit_ink()
        if self._drawn == len(self._starts):
            return True
        some = slice(self._drawn, self._drawn + LINES)
        scale, shift = self._fit
        starts, ends = (points[some] * scale + shift for points in (self._starts, self._ends))
        counts = _counts(starts, ends)
        within = max(int(np.searchsorted(np.cumsum(counts), PIECES, "right")), 1)
        _draw(self._sheet, starts[:within], ends[:within], counts[:within], self._pen * LONGER)
        self._drawn += within
        return self._drawn == len(self._starts)

    def image(self) -> np.ndarray | None:
        """MNIST's view of what is drawn so far, as `retrace` returns it."""
        return preprocess(self._sheet)

    def _take(self, strokes: Sequence[Stroke]) -> bool:
        """Take the lines of some strokes that are new. Returns whether that was all."""
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
        return len(self._strokes) == len(strokes)

    def _fit_ink(self) -> None:
        """Fit the ink onto the sheet, a blank one if it has another size or place there."""
        if not len(self._starts):
            return
        low, high = self._low, self._high
        # What is smaller than the pen that drew it is a dot, not a tiny drawing.
        side = max((high - low).max(), self._widest)
        # The edges of the ink fall between pixels, so that preprocessing has whole ones to reduce.
        scale = (1 - self._pen) * LONGER / side
        shift = SHEET / 2 - (low + high) / 2 * scale
        if self._fit is None or scale != self._fit[0] or (shift != self._fit[1]).any():
            self._fit = scale, shift
            self._drawn = 0
            self._sheet[:] = 0


def seen_box(stroke: Stroke) -> Box | None:
    """Around the middle of the line of what `retrace` sees of `stroke`; None if that is nothing."""
    places = np.concatenate(_seen(*_lines([stroke])))
    if not len(places):
        return None
    return *places.min(axis=0).tolist(), *places.max(axis=0).tolist()


def _lines(strokes: Sequence[Stroke]) -> tuple[np.ndarray, np.ndarray]:
    """Both ends, (n, 2) each, of the lines between the points; a dot is a line without length."""
    points = [np.asarray(stroke.points, np.float32) for stroke in strokes]
    starts = np.concatenate([p[:-1] if len(p) > 1 else p for p in points])
    ends = np.concatenate([p[1:] if len(p) > 1 else p for p in points])
    return starts, ends


def _seen(starts: np.ndarray, ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What of the lines is on the sheet, 0..1 each way, as on the paper that a person looks at
    (Liang and Barsky 1984): a pen that strays from it would make the digit a detail."""
    way = ends - starts
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        zero, one = -starts / way, (1 - starts) / way  # where on its way a line meets both edges
    along_edge = np.isnan(zero) | np.isnan(one)  # meets it everywhere
    enter = np.where(along_edge, -np.inf, np.minimum(zero, one)).max(axis=1)
    leave = np.where(along_edge, np.inf, np.maximum(zero, one)).min(axis=1)
    low, high = np.maximum(enter, 0)[:, None], np.minimum(leave, 1)[:, None]
    on_sheet = (low <= high)[:, 0]
    starts, way = starts[on_sheet], way[on_sheet]
    return starts + way * low[on_sheet], starts + way * high[on_sheet]


def _counts(starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Into how many pieces lines are cut."""
    lengths = np.hypot(*(ends - starts).T)
    return np.maximum(np.ceil(lengths / PIECE), 1).astype(int)


def _draw(
    sheet: np.ndarray, starts: np.ndarray, ends: np.ndarray, counts: np.ndarray, width: float
) -> None:
    """Draw round-capped, anti-aliased lines, all of the same width in pixels, at once, each in so
    many pieces: short ones fit small squares of the same size."""
    lengths = np.hypot(*(ends - starts).T)
    steps = np.repeat((ends - starts) / counts[:, None], counts, axis=0)
    numbers = np.arange(len(steps)) - np.repeat(np.cumsum(counts) - counts, counts)
    starts = np.repeat(starts, counts, axis=0) + steps * numbers[:, None]
    lengths = np.repeat(lengths / counts, counts)[:, None, None]

    # Pixel centres seen from the start, turned so that the piece lies along one axis.
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
