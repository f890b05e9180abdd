"""Pen images: pen strokes as the network will see them, drawn and preprocessed as live ink is."""

from collections.abc import Iterable

import numpy as np

from digits.drawing import Drawing
from digits.ink import Ink
from digits.pen_strokes import PenDigit
from digits.preprocess import SIDE, preprocess

SHEET = 8 * SIDE  # pixels a side; finer ink would look the same at the network's 28
HEIGHT = 0.7  # of the sheet: how much of it the digit's longer side fills
PEN_WIDTHS = (0.06, 0.3)  # of that side: from a thin pen to a thick one on a small digit


def render(digits: Iterable[PenDigit], generator: np.random.Generator) -> np.ndarray:
    """An image of each digit, (m, 28, 28) float32, drawn with a pen of random width."""
    narrow, wide = np.log(PEN_WIDTHS)
    images = []
    for digit in digits:
        ink = Ink(SHEET)
        ink.draw(as_drawing(digit, HEIGHT, HEIGHT * np.exp(generator.uniform(narrow, wide))))
        images.append(preprocess(ink.pixels))
    return np.array(images, np.float32).reshape(-1, SIDE, SIDE)


def as_drawing(digit: PenDigit, height: float, width: float) -> Drawing:
    """The digit in the middle of the sheet, its longer side `height`, with a pen of `width`, both
    in units of the sheet's side."""
    points = np.concatenate(digit.strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = height / max((high - low).max(), 1)  # a dot has no size to go by
    drawing = Drawing()
    for stroke in digit.strokes:
        first, *rest = ((stroke - (low + high) / 2) * scale + 0.5).tolist()
        drawing.begin(tuple(first), width)
        for point in rest:
            drawing.extend(tuple(point))
    return drawing
