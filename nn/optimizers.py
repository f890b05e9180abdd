"""Optimizers, in order of increasing complexity: from a gradient to a step.

In the formulas θ are the parameters, g their gradient dC/dθ, and t counts the steps from 1; x ← y
says that x becomes y. The code computes those formulas in place, without new memory at every step;
`tests/test_optimizers.py` has them written out plainly.

An optimizer sees no layers, only the flat vectors of parameters and gradients, and changes the
parameters in place. The share `decaying` of them (the weights; not the biases, nor the scales of a
normalisation) is pulled towards zero by `weight_decay`.
"""

import numpy as np

from nn.activation_functions import Array
from nn.schedules import Schedule, constant

EVERYTHING = slice(None)


def clip_norm(gradients: Array, largest: float) -> None:
    """Scale the vector down, in place, if its Euclidean norm exceeds `largest`: one odd batch then
    cannot throw the parameters far off (Pascanu et al. 2013)."""
    norm = float(np.linalg.norm(gradients))
    if norm > largest:
        gradients *= largest / norm


class Optimizer:
    """learning_rate: a number, or a schedule of them (see `schedules`).

    All that it remembers from step to step is `steps`, their number, and `state`, vectors like the
    parameters by name. An optimizer of the same settings that resumes from both goes on exactly
    alike.
    """

    REMEMBERED: tuple[str, ...] = ()  # the names in `state`, once there was a step

    def __init__(self, learning_rate: float | Schedule, weight_decay: float = 0.0):
        if not callable(learning_rate):
            if not 0 <= learning_rate < float("inf"):
                raise ValueError(f"learning_rate must be at least 0, not {learning_rate}")
            learning_rate = constant(learning_rate)
        self.schedule = learning_rate
        self.weight_decay = weight_decay
        self.steps = 0
        self.state: dict[str, Array] = {}

    def step(self, parameters: Array, gradients: Array, decaying: slice = EVERYTHING) -> None:
        """Change the parameters, given the cost's derivatives with respect to them; both are flat
        vectors of the same length and type. The gradients may be overwritten."""
        if not self.steps:
            self.state = {name: np.zeros_like(parameters) for name in self.REMEMBERED}
        rate = self.schedule(self.steps)
        self.steps += 1
        self.decay(parameters, gradients, decaying, rate)
        self.update(parameters, gradients, rate)

    def resume(self, steps: int, state: dict[str, Array]) -> None:
        """Go on after that many steps, with a copy of the `state` that they left. ValueError if it
        is not that of such an optimizer."""
        remembered = self.REMEMBERED if steps else ()
        if state.keys() != set(remembered):
            raise ValueError(
                f"{type(self).__name__} after {steps} steps remembers "
                f"{', '.join(remembered) or 'nothing'}, not {', '.join(state) or 'nothing'}"
            )
        self.steps = steps
        self.state = {name: array.copy() for name, array in state.items()}

    def decay(self, parameters: Array, gradients: Array, decaying: slice, rate: float) -> None:
        """Weight decay as the derivative of weight_decay / 2 · ‖weights‖² (L2 regularisation)."""
        if self.weight_decay:
            gradients[decaying] += self.weight_decay * parameters[decaying]

    def update(self, parameters: Array, gradients: Array, rate: float) -> None:
        """Change the parameters in place by a step of the given learning rate."""
        raise NotImplementedError


class SGD(Optimizer):
    """Stochastic gradient descent: θ ← θ - rate · g."""

    def update(self, parameters: Array, gradients: Array, rate: float) -> None:
        gradients *= rate
        parameters -= gradients


class Momentum(Optimizer):
    """SGD with a velocity that remembers earlier gradients (Polyak 1964):

        v ← momentum · v + g
        θ ← θ - rate · v

    With nesterov, the step looks ahead: g + momentum · v instead of v (Nesterov 1983, in the form
    of Sutskever et al. 2013)."""

    REMEMBERED = ("velocity",)

    def __init__(
        self,
        learning_rate: float | Schedule,
        momentum: float = 0.9,
        nesterov: bool = False,
        weight_decay: float = 0.0,
    ):
        super().__init__(learning_rate, weight_decay)
        self.momentum = momentum
        self.nesterov = nesterov

    def update(self, parameters: Array, gradients: Array, rate: float) -> None:
        velocity = self.state["velocity"]
        velocity *= self.momentum
        velocity += gradients
        if self.nesterov:
            gradients += self.momentum * velocity
            gradients *= rate
        else:
            np.multiply(velocity, rate, out=gradients)
        parameters -= gradients


class Adam(Optimizer):
    """Steps of about equal size for every parameter: the running mean of its gradient, divided by
    the root of the running mean of its square (Kingma and Ba 2015):

        mean   ← β₁ · mean   + (1 - β₁) · g
        square ← β₂ · square + (1 - β₂) · g²
        θ ← θ - rate · (mean / (1 - β₁ᵗ)) / (sqrt(square / (1 - β₂ᵗ)) + EPSILON)

    Both means start at zero, so the first are too small; to divide by 1 - βᵗ corrects that.
    """

    EPSILON = 1e-8
    REMEMBERED = ("mean", "square")

    def __init__(
        self,
        learning_rate: float | Schedule = 0.001,
        betas: tuple[float, float] = (0.9, 0.999),
        weight_decay: float = 0.0,
    ):
        super().__init__(learning_rate, weight_decay)
        self.betas = betas
        self.scratch: Array | None = None

    def update(self, parameters: Array, gradients: Array, rate: float) -> None:
        if self.scratch is None:
            self.scratch = np.empty_like(parameters)
        beta1, beta2 = self.betas
        mean, square, scratch = self.state["mean"], self.state["square"], self.scratch
        np.subtract(gradients, mean, out=scratch)  # mean += (1 - β₁) · (g - mean)
        scratch *= 1 - beta1
        mean += scratch
        np.square(gradients, out=scratch)  # square += (1 - β₂) · (g² - square)
        scratch -= square
        scratch *= 1 - beta2
        square += scratch
        # Both corrections are numbers. They go into the rate, to save two passes over the vectors:
        # the fraction, its denominator times root, is mean / (sqrt(square) + EPSILON · root).
        root = (1 - beta2**self.steps) ** 0.5
        np.sqrt(square, out=scratch)
        scratch += self.EPSILON * root
        np.divide(mean, scratch, out=scratch)
        scratch *= rate * root / (1 - beta1**self.steps)
        parameters -= scratch


class AdamW(Adam):
    """Adam whose weight decay acts on the weights directly, untouched by the division
    (Loshchilov and Hutter 2019)."""

    def decay(self, parameters: Array, gradients: Array, decaying: slice, rate: float) -> None:
        if self.weight_decay:
            parameters[decaying] *= 1 - rate * self.weight_decay
