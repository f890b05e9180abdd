"""The moving average of the weights: less noisy than those of any single step, often better."""

from nn.activation_functions import Array
from nn.checks import require_number


class MovingAverage:
    """An exponential moving average `values` of a vector, such as a net's `state`, over the steps
    of a training run.

    decay: the weight of the past, in [0, 1); anything else raises ValueError. In the first steps it
    is smaller, (1 + t) / (10 + t) after t of them, so that the initial weights are soon forgotten.
    """

    def __init__(self, vector: Array, decay: float = 0.999):
        self.values = vector.copy()
        self.decay = require_number("decay", decay, below=1)
        self.steps = 0

    def update(self, vector: Array) -> None:
        """Add the vector after one more step: values ← decay · values + (1 - decay) · vector."""
        decay = min(self.decay, (1 + self.steps) / (10 + self.steps))
        self.steps += 1
        self.values += (1 - decay) * (vector - self.values)
