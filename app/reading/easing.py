"""Easing: bars move from value to value, because the eye can follow movement but not jumps."""

from math import exp

import numpy as np

from app.style import theme
from digits.recognizer import Reading


def eased(values: np.ndarray, reading: Reading | None, seconds: float) -> np.ndarray:
    """The values (10,), in 0..1, moved for `seconds` towards the probabilities of `reading`, or 0
    if it is None; the same array if they have arrived."""
    target = np.zeros(10, np.float32) if reading is None else reading.probabilities
    if (values == target).all():
        return values
    # The remaining distance decays exponentially, independently of the frame rate.
    left = (values - target) * np.float32(exp(-seconds / theme.EASING_SECONDS))
    return target + np.where(abs(left) < theme.SETTLED, 0, left)
