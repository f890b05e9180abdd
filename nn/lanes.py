"""A lane: one worker's way through the network, forward and back.

The lanes of a network share its parameters. Each has copies of the layers with buffers and
gradients of their own, so that several lanes can run at once, each with a part of the batch.
"""

import copy
import functools
import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from nn.activation_functions import Array, linear
from nn.cost_functions import Cost
from nn.layer import Layer
from nn.layers import Activate, MaxPool2D


class Lane:
    """Runs batches through copies of the layers.

    layers: built, with their parameters.
    results: the vector that learning fills, the gradients and then what was measured; `gradients`
        and `measured` are each layer's shares of it by name.
    """

    def __init__(
        self,
        layers: list[Layer],
        cost_function: Cost,
        results: Array,
        gradients: list[dict[str, Array]],
        measured: list[dict[str, Array]],
    ):
        self.cost_function = cost_function
        self.results = results
        self.m = 0
        self.steps: list[Layer] = []
        for layer, gradient, measurement in zip(layers, gradients, measured, strict=True):
            step = copy.copy(layer)
            step.gradients, step.measured = gradient, measurement
            self.steps.append(step)
            if getattr(layer, "activation", linear) is not linear:
                self.steps.append(Activate(layer.activation))
            if isinstance(step, MaxPool2D) and isinstance(self.steps[-2], Activate):
                # Activation functions never fall, so they commute with the maximum, and after it
                # there is only a quarter left to do.
                self.steps[-2:] = reversed(self.steps[-2:])
        # The last activation belongs to the cost function, which knows their joint derivative.
        last = self.steps.pop() if isinstance(self.steps[-1], Activate) else Activate(linear)
        self.activation = last.activation
        # Back from the last layer as far as the first that learns; nobody asks beyond it.
        self.first = next(i for i, step in enumerate(self.steps) if step.gradients)
        self.steps[self.first].first = True

    def forward(self, x: Array, generator: np.random.Generator | None = None) -> Array:
        """The last layer's output for the batch x before its activation, (m, units), in a buffer
        that the next call overwrites."""
        return self.steps[-1].forward(self._before_last(x, generator), generator)

    def predict(self, x: Array) -> Array:
        """The outputs (m, units), a new array."""
        return self.activation(self.forward(x))

    def features(self, x: Array) -> Array:
        """The last layer's input (m, features), a new array."""
        return self._before_last(x, None).copy()

    def _before_last(self, x: Array, generator: np.random.Generator | None) -> Array:
        if len(x) != self.m:
            self.m = len(x)
            for step in self.steps:
                step.allocate(self.m, self.results.dtype)
        for step in self.steps[:-1]:
            x = step.forward(x, generator)
        return x

    def evaluate(self, x: Array, y: Array) -> tuple[Array, Array]:
        """The cost of each image (m,), and the outputs (m, units)."""
        costs, outputs, _ = self.cost_function.evaluate(self.forward(x), self.activation, y)
        return costs, outputs

    def learn(
        self, x: Array, y: Array, weight: float, generator: np.random.Generator
    ) -> tuple[Array, Array]:
        """As `evaluate`, and fill the results: the gradients are those of the costs' sum times
        `weight`, and each image has that weight in what was measured."""
        z = self.forward(x, generator)
        for step in self.steps:
            for measured in step.measured.values():
                measured *= weight * len(x)
        costs, outputs, dz = self.cost_function.evaluate(z, self.activation, y)
        dz *= weight
        for step in reversed(self.steps[self.first :]):
            dz = step.backward(dz)
        return costs, outputs


@functools.cache
def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@functools.cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(cores(), thread_name_prefix="lane")


def run_at_once(work: Callable[[Lane, range], None], lanes: list[Lane], shares: Iterable) -> None:
    """work(lane, share) for each lane, on a thread each: NumPy lets go of Python's lock."""
    for _ in _threads().map(work, lanes, shares):
        pass  # the iteration waits, and raises here what was raised there
