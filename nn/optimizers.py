"""Optimizers, in order of increasing complexity: how a gradient changes the parameters.

In the formulas θ are the parameters, g is their gradient dC/dθ, t counts the steps from 1, and
x ← y assigns y to x. The code evaluates them mostly in place, to allocate little in every step;
`tests/test_optimizers.py` has each formula in plain NumPy.

An optimizer sees no layers, only the flat vectors of parameters and gradients, and changes the
parameters in place. `weight_decay` pulls the slice `decaying` of them towards zero: the weights,
not the biases, nor the scales of a normalisation.
"""

import numpy as np

from nn.activation_functions import Array
from nn.checks import require_number
from nn.schedules import Schedule, constant

EVERYTHING = slice(None)


def clip_norm(gradients: Array, largest: float) -> None:
    """Scale the vector in place to the Euclidean norm `largest`, at least 0, if it exceeds that, so
    that one odd batch cannot move the parameters far (Pascanu et al. 2013)."""
    largest = require_number("largest", largest)
    norm = float(np.linalg.norm(gradients.astype(float)))  # float32 squares could overflow
    if norm > largest:
        gradients *= largest / norm


class Optimizer:
    """The base of all optimizers; one of your own implements `update`.

    learning_rate: a finite number of at least 0, or a schedule (see `schedules`).
    weight_decay: at least 0, the factor of the penalty weight_decay / 2 · ‖weights‖² (L2
        regularisation); AdamW decays the weights directly.
    Other numbers raise ValueError, as do a momentum or betas that are not in [0, 1).

    All that it remembers between steps is `steps`, their number, and `state`, vectors of the
    parameters' length by name. An optimizer with the same settings that resumes from both continues
    exactly as this one would.
    """

    REMEMBERED: tuple[str, ...] = ()  # the names in `state`, from the first step on

    def __init__(self, learning_rate: float | Schedule, weight_decay: float = 0.0):
        if not callable(learning_rate):
            learning_rate = constant(require_number("learning_rate", learning_rate))
        self.schedule = learning_rate
        self.weight_decay = require_number("weight_decay", weight_decay)
        self.steps = 0
        self.state: dict[str, Array] = {}

    def step(self, parameters: Array, gradients: Array, decaying: slice = EVERYTHING) -> None:
        """Change the parameters, given the cost's derivatives with respect to them; both are flat
        vectors of the same length and type. The gradients may be overwritten. Weight decay
        applies to the slice `decaying` of the parameters."""
        if not self.steps:
            self.state = {name: np.zeros_like(parameters) for name in self.REMEMBERED}
        rate = self.schedule(self.steps)
        self.steps += 1
        self.decay(parameters, gradients, decaying, rate)
        self.update(parameters, gradients, rate)

    def resume(self, steps: int, state: dict[str, Array]) -> None:
        """Continue after that many steps, with a copy of the `state` at that point. ValueError if
        its names are not those of this kind of optimizer."""
        remembered = self.REMEMBERED if steps else ()
        if state.keys() != set(remembered):
            raise ValueError(
                f"{type(self).__name__} after {steps} steps remembers "
                f"{', '.join(remembered) or 'nothing'}, not {', '.join(state) or 'nothing'}"
            )
        self.steps = steps
        self.state = {name: array.copy() for name, array in state.items()}

    def decay(self, parameters: Array, gradients: Array, decaying: slice, rate: float) -> None:
        """Weight decay as the derivative of weight_decay / 2 · ‖weights‖²."""
        if self.weight_decay:
            gradients[decaying] += self.weight_decay * parameters[decaying]

    def update(self, parameters: Array, gradients: Array, rate: float) -> None:
        """Change the parameters in place, given the gradients, which may be overwritten, and this
        step's learning rate. `steps` already counts this step."""
        raise NotImplementedError


class SGD(Optimizer):
    """Stochastic gradient descent: θ ← θ - rate · g."""

    def update(self, parameters: Array, gradients: Array, rate: float) -> None:
        gradients *= rate
        parameters -= gradients


class Momentum(Optimizer):
    """SGD with a velocity that accumulates earlier gradients (Polyak 1964):

        v ← momentum · v + g
        θ ← θ - rate · v

    With nesterov, the step looks ahead: g + momentum · v instead of v (Nesterov 1983, rewritten
    for the gradient at θ as by Bengio et al. 2013)."""

    REMEMBERED = ("velocity",)

    def __init__(
        self,
        learning_rate: float | Schedule,
        momentum: float = 0.9,
        nesterov: bool = False,
        weight_decay: float = 0.0,
    ):
        super().__init__(learning_rate, weight_decay)
        self.momentum = require_number("momentum", momentum, below=1)
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

    Both means start at zero, so they are too small at first; dividing by 1 - βᵗ corrects that.
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
        beta1, beta2 = betas
        self.betas = require_number("beta 1", beta1, 1), require_number("beta 2", beta2, 1)
        self.scratch: Array | None = None

    def update(self, parameters: Array, gradients: Array, rate: float) -> None:
        if self.scratch is None or self.steps == 1:
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
        # Both corrections are scalars. They go into the rate, which saves two passes over the
        # vectors; multiplying the denominator by root gives sqrt(square) + EPSILON · root.
        root = (1 - beta2**self.steps) ** 0.5
        np.sqrt(square, out=scratch)
        scratch += self.EPSILON * root
        np.divide(mean, scratch, out=scratch)
        scratch *= rate * root / (1 - beta1**self.steps)
        parameters -= scratch


class AdamW(Adam):
    """Adam with decoupled weight decay: θ ← (1 - rate · weight_decay) · θ, instead of a term in the
    gradient (Loshchilov and Hutter 2019; as in PyTorch, the rate is a factor of the decay)."""

    def decay(self, parameters: Array, gradients: Array, decaying: slice, rate: float) -> None:
        if self.weight_decay:
            parameters[decaying] *= 1 - rate * self.weight_decay
