"""Learning-rate schedules: the rate as a function of the step, counted from 0.

Rates and factors are finite and at least 0, numbers of steps whole and at least 1; anything else
raises ValueError.
"""

from collections.abc import Callable
from math import cos, pi

from nn.checks import require_number, require_whole

Schedule = Callable[[int], float]


def constant(rate: float) -> Schedule:
    """Always the same rate."""
    rate = require_number("rate", rate)
    return lambda step: rate


def step_decay(rate: float, every: int, factor: float = 0.1) -> Schedule:
    """The rate, multiplied by `factor` after every `every` steps."""
    rate, factor = require_number("rate", rate), require_number("factor", factor)
    every = require_whole("every", every)
    return lambda step: rate * factor ** (step // every)


def cosine(rate: float, steps: int, final: float = 0.0) -> Schedule:
    """From `rate` to `final` in `steps` steps, along half a cosine (Loshchilov and Hutter 2017);
    then `final`."""
    rate, final = require_number("rate", rate), require_number("final", final)
    steps = require_whole("steps", steps)
    return lambda step: _ease(rate, final, step / steps)


def one_cycle(rate: float, steps: int, warm_up: float = 0.3, start: float = 1 / 25) -> Schedule:
    """Up from rate · start to `rate` in the first steps, a fraction `warm_up` of all, in [0, 1);
    then down to 0, both along half a cosine (Smith 2018, who used straight lines)."""
    rate, start = require_number("rate", rate), require_number("start", start)
    steps = require_whole("steps", steps)
    top = require_number("warm_up", warm_up, below=1) * steps

    def schedule(step: int) -> float:
        if step < top:
            return _ease(rate * start, rate, step / top)
        return _ease(rate, 0.0, (step - top) / (steps - top))

    return schedule


def _ease(start: float, end: float, progress: float) -> float:
    return end + (start - end) * (1 + cos(pi * min(progress, 1.0))) / 2
