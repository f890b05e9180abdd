"""Checks of hyperparameters: an invalid one gets an error that names it."""

from math import inf

import numpy as np


def require_whole(name: str, value: object, least: int = 1) -> int:
    """The value as an int. ValueError unless it is a whole number of at least `least`."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise ValueError(f"{name} must be a whole number of at least {least}, not {value!r}")
    return int(value)


def require_number(name: str, value: object, below: float = inf) -> float:
    """The value as a float. ValueError unless it is a number in [0, below)."""
    is_number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if not is_number or not 0 <= value < below:
        raise ValueError(f"{name} must be a number in [0, {below}), not {value!r}")
    return float(value)
