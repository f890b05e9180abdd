"""A lane: one worker's forward and backward pass. `Lane.learn` is backpropagation.

The lanes of a network share its parameters. Each has copies of the layers with buffers and
gradients of their own, so that several lanes can run at once, each on a part of the batch.
"""

import copy
from collections.abc import Sequence

import numpy as np

from nn.activation_functions import Array, linear
from nn.cost_functions import Cost
from nn.layer import Layer
from nn.layers import Activate, MaxPool2D
from nn.slots import Slots


class Lane:
    """Runs batches through copies of the layers.

    layers: built, with their parameters.
    results: the vector that `learn` fills, in the order of `slots`: the gradients, then the
        statistics that layers measured.
    """

    def __init__(self, layers: Sequence[Layer], slots: Slots, results: Array):
        self.results = results
        self.ready_for = 0, False  # how many images there are buffers for, and whether to train
        self.steps: list[Layer] = []
        shares = zip(layers, slots.parameters(results), slots.statistics(results), strict=True)
        for layer, gradients, measured in shares:
            step = copy.copy(layer)
            step.gradients, step.measured = gradients, measured
            self.steps.append(step)
            if getattr(layer, "activation", linear) != linear:
                self.steps.append(Activate(layer.activation))
            self._pool_first()
        # The last activation belongs to the cost function, which knows their joint derivative.
        self.activation = layers[-1].activation
        if isinstance(self.steps[-1], Activate):
            self.steps.pop()
        # The backward pass ends at the first layer with parameters: none is needed before it.
        self.first = next(i for i, step in enumerate(self.steps) if step.gradients)
        self.steps[self.first].first = True

    def _pool_first(self) -> None:
        """A non-decreasing activation commutes with the maximum, and after a 2 × 2 pool it has only
        a quarter of the values to compute."""
        match self.steps[-2:]:
            case [Activate() as activate, MaxPool2D() as pool] if activate.activation.rises:
                self.steps[-2:] = pool, activate

    def learn(
        self, x: Array, y: Array, cost: Cost, weight: float, generator: np.random.Generator
    ) -> tuple[Array, Array]:
        """Backpropagation: fill the results from the images x and their targets y.

        Forward, each step turns its input into its output and remembers what it needs for the
        backward pass. The cost function gives the cost C of the last output, the logits, and
        dC/dlogits. Then comes the chain rule, from the last step to the first: given dC/d(its
        output), a step fills in dC/d(its parameters) and returns dC/d(its input), which is the
        output of the step before.

        Returns the cost of each image (m,), and the outputs (m, units). C is the sum of those costs
        times `weight`; the measured statistics get `weight` for each image too. The generator draws
        what Dropout drops.
        """
        logits = self.forward(x, generator, training=True)
        costs, outputs, dy = cost.evaluate(logits, self.activation, y)
        dy *= weight
        for step in reversed(self.steps[self.first :]):
            dy = step.backward(dy)
        for step in self.steps:
            for measured in step.measured.values():
                measured *= weight * len(x)
        return costs, outputs

    def evaluate(self, x: Array, y: Array, cost: Cost) -> tuple[Array, Array]:
        """The cost of each image (m,), and the outputs (m, units)."""
        costs, outputs, _ = cost.evaluate(self.forward(x), self.activation, y)
        return costs, outputs

    def predict(self, x: Array) -> Array:
        """The outputs (m, units), a new array."""
        return self.activation(self.forward(x))

    def features(self, x: Array) -> Array:
        """The last layer's input (m, features), a new array."""
        self._prepare(len(x), training=False)
        for step in self.steps[:-1]:
            x = step.forward(x)
        return x.copy()

    def forward(
        self, x: Array, generator: np.random.Generator | None = None, training: bool = False
    ) -> Array:
        """The last layer's output for the batch x before its activation, the logits (m, units), in
        a buffer that the next call overwrites."""
        self._prepare(len(x), training)
        for step in self.steps:
            x = step.forward(x, generator)
        return x

    def _prepare(self, m: int, training: bool) -> None:
        if (m, training) == self.ready_for:
            return
        for step in self.steps:
            step.training = training
            if m != self.ready_for[0]:
                step.allocate(m, self.results.dtype)
        self.ready_for = m, training
