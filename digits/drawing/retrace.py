"""Retracing draws a person's strokes again with the pen that MNIST's digits were written with.

So neither the pen's width nor the drawing's size or place makes a difference to the network. Live
drawings and the pen strokes that it trains on both come through here. A picture has no strokes:
a drawing on one is seen as it is.
"""

from collections.abc import Sequence

import numpy as np

from digits.drawing.drawing import Drawing
from digits.drawing.ink import Ink, coverage
from digits.drawing.preprocess import BOX, SIDE, preprocess
from digits.drawing.stroke import Stroke

PEN = 0.12  # the pen's width, as a share of the ink's longer side
FINENESS = 4  # pixels of the sheet to each of the network's
SHEET, LONGER = FINENESS * SIDE, FINENESS * BOX  # pixels: the sheet's side, the ink's longer one
PIECE = 4.0  # pixels: the longest line drawn at once
AT_ONCE = 500  # lines, so that memory is bounded whatever the drawing
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
    starts, ends = _seen(*_lines(drawing.strokes))
    if not len(starts):
        return None
    low, high = np.minimum(starts, ends).min(axis=0), np.maximum(starts, ends).max(axis=0)
    # What is smaller than the pen that drew it is a dot, not a tiny drawing.
    side = max((high - low).max(), *(stroke.width for stroke in drawing.strokes))
    # The edges of the ink fall between pixels, so that preprocessing has whole ones to reduce.
    scale = (1 - pen) * LONGER / side
    shift = SHEET / 2 - (low + high) / 2 * scale
    sheet = np.zeros((SHEET, SHEET), np.float32)
    for some in range(0, len(starts), AT_ONCE):
        first, last = (end[some : some + AT_ONCE] * scale + shift for end in (starts, ends))
        _draw(sheet, first, last, pen * LONGER)
    return preprocess(sheet)


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
    with np.errstate(divide="ignore", invalid="ignore"):
        zero, one = -starts / way, (1 - starts) / way  # where on its way a line meets both edges
    along_edge = np.isnan(zero) | np.isnan(one)  # meets it everywhere
    enter = np.where(along_edge, -np.inf, np.minimum(zero, one)).max(axis=1)
    leave = np.where(along_edge, np.inf, np.maximum(zero, one)).min(axis=1)
    low, high = np.maximum(enter, 0)[:, None], np.minimum(leave, 1)[:, None]
    on_sheet = (low <= high)[:, 0]
    starts, way = starts[on_sheet], way[on_sheet]
    return starts + way * low[on_sheet], starts + way * high[on_sheet]


def _draw(sheet: np.ndarray, starts: np.ndarray, ends: np.ndarray, width: float) -> None:
    """Draw round-capped, anti-aliased lines, all of the same width in pixels, at once."""
    # Cut into short pieces, each line fits a small square of the same size.
    lengths = np.hypot(*(ends - starts).T)
    counts = np.maximum(np.ceil(lengths / PIECE), 1).astype(int)
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
