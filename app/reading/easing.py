"""Easing: bars move from value to value, because the eye can follow a movement but not a jump."""

from math import exp

import numpy as np

from app.style import theme
from digits.recognizer import Reading


def eased(values: np.ndarray, reading: Reading | None, seconds: float) -> np.ndarray:
    """The values (10,), in 0..1, moved on by `seconds` towards the probabilities in `reading`, to
    nothing without one; the same array if they are there already."""
    target = np.zeros(10, np.float32) if reading is None else reading.probabilities
    if (values == target).all():
        return values
    # What is left to go decays exponentially: the frame rate makes no difference.
    left = (values - target) * np.float32(exp(-seconds / theme.EASING_SECONDS))
    return target + np.where(abs(left) < theme.SETTLED, 0, left)
