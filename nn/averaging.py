"""The moving average of the weights: steadier than any single step's, and often better."""

from nn.activation_functions import Array


class MovingAverage:
    """An exponential moving average of a parameter vector over the steps of training.

    decay: the weight of the past, in [0, 1). In the first steps it is smaller, (1 + t) / (10 + t),
    so that the initial weights are soon forgotten.
    """

    def __init__(self, parameters: Array, decay: float = 0.999):
        self.values = parameters.copy()
        self.decay = decay
        self.steps = 0

    def update(self, parameters: Array) -> None:
        decay = min(self.decay, (1 + self.steps) / (10 + self.steps))
        self.steps += 1
        self.values += (1 - decay) * (parameters - self.values)
