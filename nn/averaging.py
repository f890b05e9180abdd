"""The moving average of the weights: steadier than any single step's, and often better."""

from nn.activation_functions import Array


class MovingAverage:
    """An exponential moving average of a vector, such as a net's `state`, over training's steps.

    decay: the weight of the past, in [0, 1). In the first steps it is smaller, (1 + t) / (10 + t),
    so that the initial weights are soon forgotten.
    """

    def __init__(self, vector: Array, decay: float = 0.999):
        self.values = vector.copy()
        self.decay = decay
        self.steps = 0

    def update(self, vector: Array) -> None:
        """Take in the vector after a training step: `values` move towards it."""
        decay = min(self.decay, (1 + self.steps) / (10 + self.steps))
        self.steps += 1
        self.values += (1 - decay) * (vector - self.values)
