"""Pen images: drawings turned into training images, retraced as live ones are.

Only the pen's width varies: MNIST's pens are not all the same, and a network that knows several is
the better reader.
"""

from collections.abc import Iterable

import numpy as np

from digits.drawing import Drawing
from digits.drawing.preprocess import SIDE
from digits.drawing.retrace import retrace

PEN_WIDTHS = (0.08, 0.2)  # of the ink's longer side


def render(drawings: Iterable[Drawing], generator: np.random.Generator) -> np.ndarray:
    """An image of each drawing, (m, 28, 28) float32, with a pen of random width."""
    narrow, wide = np.log(PEN_WIDTHS)
    images = [retrace(drawing, np.exp(generator.uniform(narrow, wide))) for drawing in drawings]
    return np.array(images, np.float32).reshape(-1, SIDE, SIDE)
