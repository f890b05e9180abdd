"""Cost functions: one number for how wrong the network is, and which way is less wrong.

A cost function sees the last layer's z as well as its activation a = f(z), because two pairs have
a far better joint form than the product of their parts: softmax and sigmoid with cross-entropy,
where the logarithm undoes the exponential. Then dC/dz is a - y, and the cost is finite and exact
even where a has long been rounded to 0 or 1.
"""

from dataclasses import dataclass

import numpy as np

from nn.activation_functions import Activation, Array, sigmoid, softmax


@dataclass(frozen=True)
class MSE:
    """Mean squared error: per image, the mean over the units of (a - y)²."""

    def evaluate(self, z: Array, activation: Activation, y: Array) -> tuple[Array, Array, Array]:
        """The cost of each image, the outputs, and the cost's derivative by z.

        z: (m, units), the last layer before its activation; y: (m, units), the targets.
        Returns the costs (m,), a = activation(z) (m, units), and (m, units) derivatives, each
        image's of its own cost: whoever wants the mean over the batch divides by m.
        """
        a = activation(z)
        error = a - y
        costs = np.square(error).mean(axis=1)
        return costs, a, activation.backward(a, error * (2 / z.shape[1]))


@dataclass(frozen=True)
class CrossEntropyLoss:
    """Cross-entropy between the targets y and the outputs a, in nats.

    softmax outputs are one distribution over the units: C = -Σ y ln a.
    sigmoid outputs are a probability each: C = -Σ [y ln a + (1 - y) ln(1 - a)].
    Other outputs are no probabilities; they get -Σ y ln a as it stands, with a held above EPSILON.

    label_smoothing: the share of each target that is spread evenly over all the units
    (Szegedy et al. 2016), in [0, 1).
    """

    label_smoothing: float = 0.0

    EPSILON = 1e-7

    def __post_init__(self) -> None:
        if not 0 <= self.label_smoothing < 1:
            raise ValueError(f"label_smoothing must be in [0, 1), not {self.label_smoothing}")

    def evaluate(self, z: Array, activation: Activation, y: Array) -> tuple[Array, Array, Array]:
        """As MSE.evaluate."""
        if self.label_smoothing:
            y = y * (1 - self.label_smoothing) + self.label_smoothing / z.shape[1]
        if activation is softmax:
            # With s = z - max z:  -Σ y ln a = Σy · ln Σ exp(s) - Σ y s
            s = z - z.max(axis=1, keepdims=True)
            a = np.exp(s)
            total = a.sum(axis=1, keepdims=True)
            a /= total
            mass = y.sum(axis=1, keepdims=True)
            costs = (mass * np.log(total))[:, 0] - (y * s).sum(axis=1)
            return costs, a, a * mass - y
        a = activation(z)
        if activation is sigmoid:
            # -[y ln a + (1 - y) ln(1 - a)] = ln(1 + exp(z)) - y z
            return (np.logaddexp(0, z) - y * z).sum(axis=1), a, a - y
        clipped = np.maximum(a, self.EPSILON)
        da = np.where(a > self.EPSILON, -y / clipped, 0).astype(z.dtype)
        return -(y * np.log(clipped)).sum(axis=1), a, activation.backward(a, da)


Cost = MSE | CrossEntropyLoss
COSTS = {cost.__name__: cost for cost in (MSE, CrossEntropyLoss)}
