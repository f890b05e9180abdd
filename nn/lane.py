"""A lane: one worker's forward and backward pass. `Lane.learn` is backpropagation.

The lanes of a network share its parameters. Each has copies of the layers with buffers and
gradients of their own, so that several lanes can run at once, each on a part of the batch. A layer
with an activation becomes two steps: the layer itself, and an `Activate`.
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
            self._swap_pooling()
        # The last activation belongs to the cost function, which knows their joint derivative.
        self.activation = layers[-1].activation
        if isinstance(self.steps[-1], Activate):
            self.steps.pop()
        # The backward pass ends at the first step with parameters: no derivative is needed before.
        self.first = next(i for i, step in enumerate(self.steps) if step.gradients)
        self.steps[self.first].needs_dx = False

    def _swap_pooling(self) -> None:
        """Swap an activation with the max-pooling after it. The result is the same, as the function
        never decreases, and after a 2 × 2 pool it has only a quarter of the values to compute."""
        match self.steps[-2:]:
            case [Activate() as activate, MaxPool2D() as pool] if activate.activation.never_falls:
                self.steps[-2:] = pool, activate

    def learn(
        self,
        x: Array,
        targets: Array,
        cost: Cost,
        per_image: float,
        generator: np.random.Generator,
    ) -> tuple[Array, Array]:
        """Backpropagation: fill the results from the images x (m, …) and their targets (m, units).

        Forward, each step turns its input into its output and remembers what it needs for the
        backward pass. The cost function gives each image's cost, and the derivatives of the costs
        with respect to the last output, the logits. Then comes the chain rule, from the last step
        to the first: given the derivative with respect to its output, a step fills in those with
        respect to its parameters, and returns the one with respect to its input, the output of the
        step before.

        per_image: 1 / (the images in the whole batch), of which these may be a part: the results of
            all parts then add up to the gradients of the mean cost, and to the mean statistics.
        generator: draws what Dropout drops.
        Returns the cost of each image (m,), and the outputs (m, units).
        """
        logits = self.forward(x, generator, training=True)
        costs, outputs, derivative = cost.evaluate(logits, self.activation, targets)
        derivative = derivative * per_image  # not in place: a cost may keep or share the array
        for step in reversed(self.steps[self.first :]):
            derivative = step.backward(derivative)
        for step in self.steps:
            for measured in step.measured.values():
                measured *= per_image * len(x)
        return costs, outputs

    def evaluate(self, x: Array, targets: Array, cost: Cost) -> tuple[Array, Array]:
        """The cost of each image (m,), and the outputs (m, units)."""
        costs, outputs, _ = cost.evaluate(self.forward(x), self.activation, targets)
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
        before, _ = self.ready_for
        self.ready_for = 0, False  # in case there is not enough memory
        for step in self.steps:
            step.training = training
            if m != before:
                step.allocate(m, self.results.dtype)
        self.ready_for = m, training
