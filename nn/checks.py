"""Checks of hyperparameters: an invalid one gets an error that names it."""

from math import inf
from sys import float_info

import numpy as np

LARGEST = float_info.max  # a whole number may be larger


def require_whole(name: str, value: object, least: int = 1) -> int:
    """The value as an int. ValueError unless it is a whole number of at least `least`."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise ValueError(f"{name} must be a whole number of at least {least}, not {value!r}")
    return int(value)


def require_number(name: str, value: object, below: float = inf) -> float:
    """The value as a float. ValueError unless it is a number in [0, below)."""
    is_number = isinstance(value, int | float | np.integer | np.floating)
    if not is_number or isinstance(value, bool) or not 0 <= value < below or value > LARGEST:
        raise ValueError(f"{name} must be a number in [0, {below}), not {value!r}")
    return float(value)
