"""Checks of hyperparameters: an invalid one gets an error that names it."""

from contextlib import suppress
from math import inf, nan

import numpy as np


def require_whole(name: str, value: object, least: int = 1) -> int:
    """The value as an int. ValueError unless it is a whole number of at least `least`."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise ValueError(f"{name} must be a whole number of at least {least}, not {value!r}")
    return int(value)


def require_number(name: str, value: object, below: float = inf) -> float:
    """The value as a float. ValueError unless it is a number in [0, below)."""
    number = nan
    if isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool):
        with suppress(OverflowError):  # of a whole number that no float can hold
            number = float(value)
    if not 0 <= number < below:
        raise ValueError(f"{name} must be a number in [0, {below}), not {value!r}")
    return number
