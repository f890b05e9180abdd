"""Pen images: drawings turned into training images, retraced as live ones are.

But the pen's width varies, as MNIST's pens are not all the same, and so does the smoothing: a
network that has learned from trembling lines reads what smoothing leaves of a tremor.
"""

from collections.abc import Iterable

import numpy as np

from digits.drawing import Drawing
from digits.drawing.preprocess import SIDE
from digits.drawing.retrace import retrace

PEN_WIDTHS = (0.08, 0.2)  # of the ink's longer side
SMOOTHING = (0.1, 1.5)  # in pen widths


def render(drawings: Iterable[Drawing], generator: np.random.Generator) -> np.ndarray:
    """An image of each drawing, (m, 28, 28) float32, with a pen of random width and smoothed more
    or less."""
    narrow, wide = np.log(PEN_WIDTHS)
    images = []
    for drawing in drawings:
        pen = np.exp(generator.uniform(narrow, wide))
        images.append(retrace(drawing, pen, generator.uniform(*SMOOTHING)))
    return np.array(images, np.float32).reshape(-1, SIDE, SIDE)
