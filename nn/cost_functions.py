"""Cost functions: one number for how wrong the network is, and its gradient.

A cost function is given the logits z, the last layer's weighted sums, and computes the outputs
a = f(z) itself: with cross-entropy, softmax and sigmoid have a joint form in which the logarithm
undoes the exponential. Then dC/dz is a - t, and the cost is finite, and correct up to rounding,
even where a is rounded to 0 or 1.
"""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from nn.activation_functions import Activation, Array, sigmoid, softmax
from nn.checks import require_number


@runtime_checkable
class Cost(Protocol):
    """The interface of a cost function, for your own as well. To load a network that uses yours,
    register its class in COSTS: its attributes are saved, and passed to the class as keywords."""

    def evaluate(self, z: Array, activation: Activation, t: Array) -> tuple[Array, Array, Array]:
        """The cost of each image, the outputs, and dC/dz.

        z: (m, units), the logits; t: (m, units), the targets.
        Returns the costs (m,), a = activation(z) (m, units), and the derivatives (m, units) of each
        image's own cost; for the mean over the batch, divide by m.
        """


@dataclass(frozen=True)
class MSE:
    """Mean squared error: per image, the mean over the units of (a - t)²."""

    def evaluate(self, z: Array, activation: Activation, t: Array) -> tuple[Array, Array, Array]:
        a = activation(z)
        error = a - t
        costs = np.square(error).mean(axis=1)
        return costs, a, activation.backward(a, error * (2 / z.shape[1]))


@dataclass(frozen=True)
class CrossEntropyLoss:
    """Cross-entropy between the targets t and the outputs a, in nats.

    softmax outputs are one distribution over the units: C = -Σ t ln a.
    sigmoid outputs are independent probabilities: C = -Σ [t ln a + (1 - t) ln(1 - a)].
    Any other activation raises ValueError.

    label_smoothing: s in [0, 1) makes each target (1 - s) · t + s / units, for targets that are a
    distribution over the units: not for a single output, nor for several right classes (Szegedy et
    al. 2016).
    """

    label_smoothing: float = 0.0

    def __post_init__(self) -> None:
        smoothing = require_number("label_smoothing", self.label_smoothing, below=1)
        object.__setattr__(self, "label_smoothing", smoothing)  # the class is frozen

    def evaluate(self, z: Array, activation: Activation, t: Array) -> tuple[Array, Array, Array]:
        if self.label_smoothing:
            t = t * (1 - self.label_smoothing) + self.label_smoothing / z.shape[1]
        if activation == softmax:
            # With s = z - max z:  -Σ t ln a = Σt · ln Σ exp(s) - Σ t s
            s = z - z.max(axis=1, keepdims=True)
            a = np.exp(s)
            total = a.sum(axis=1, keepdims=True)
            a /= total
            mass = t.sum(axis=1, keepdims=True)  # 1 if the targets are a distribution
            costs = (mass * np.log(total))[:, 0] - (t * s).sum(axis=1)
            return costs, a, a * mass - t
        if activation == sigmoid:
            # -[t ln a + (1 - t) ln(1 - a)] = ln(1 + exp(z)) - t z
            a = activation(z)
            return (np.logaddexp(0, z) - t * z).sum(axis=1), a, a - t
        raise ValueError(
            "CrossEntropyLoss needs probabilities: give the last layer softmax or sigmoid as its "
            f"activation, not {activation}, or use MSE"
        )


COSTS = {cost.__name__: cost for cost in (MSE, CrossEntropyLoss)}


def from_config(config: dict[str, object]) -> Cost:
    """The cost function with the name config["cost"] and the other entries as its attributes.
    Raises KeyError, ValueError or TypeError if there is none."""
    values = dict(config)
    name = values.pop("cost")
    if name not in COSTS:
        raise ValueError(
            f"unknown cost function {name!r}: register your own in nn.cost_functions.COSTS"
        )
    return COSTS[name](**values)
