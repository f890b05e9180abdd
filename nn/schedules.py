"""Learning-rate schedules: the rate as a function of the step, counted from 0."""

from collections.abc import Callable
from math import cos, pi

Schedule = Callable[[int], float]


def constant(rate: float) -> Schedule:
    """Always the same rate."""
    return lambda step: rate


def step_decay(rate: float, every: int, factor: float = 0.1) -> Schedule:
    """The rate, multiplied by `factor` after every `every` steps."""
    return lambda step: rate * factor ** (step // every)


def cosine(rate: float, steps: int, final: float = 0.0) -> Schedule:
    """From `rate` to `final` in `steps` steps, along half a cosine (Loshchilov and Hutter 2017);
    then `final`."""
    return lambda step: _ease(rate, final, step / steps)


def one_cycle(rate: float, steps: int, warm_up: float = 0.3, start: float = 1 / 25) -> Schedule:
    """Up from rate · start to `rate` in the first fraction `warm_up`, in [0, 1), of the steps, then
    down to 0, both along half a cosine (Smith 2018)."""
    top = warm_up * steps

    def schedule(step: int) -> float:
        if step < top:
            return _ease(rate * start, rate, step / top)
        return _ease(rate, 0.0, (step - top) / (steps - top))

    return schedule


def _ease(start: float, end: float, progress: float) -> float:
    return end + (start - end) * (1 + cos(pi * min(progress, 1.0))) / 2
