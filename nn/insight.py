"""Insight: what happens inside a network while it answers.

A lane is made for speed: it may pool before it applies an activation, and every batch overwrites
the last. Insight takes the layers one by one, as they are listed, for one image at a time.
"""

import copy

import numpy as np

from nn.activation_functions import Array, linear
from nn.contributions import contributions
from nn.layer import Layer
from nn.layers import Activate


class Insight:
    """Follows one example at a time through copies of the layers. `follow` comes first; all other
    methods answer for that example.

    layers: built, with their parameters.
    """

    def __init__(self, layers: list[Layer], dtype: np.dtype):
        self.steps: list[tuple[Layer, Layer, Activate]] = []  # the layer, its copy, its activation
        for layer in layers:
            step = copy.copy(layer)
            step.gradients = {}  # only the derivative with respect to the example is asked for
            step.allocate(1, dtype)
            self.steps.append((layer, step, Activate(getattr(layer, "activation", linear))))
        self._passed: list[Array] = []  # by each layer, in buffers that the next example overwrites

    def follow(self, x: Array) -> Array:
        """The outputs (units,) for the example x (1, …). ValueError for several examples."""
        if len(x) != 1:
            raise ValueError(f"X must be one image (1, …), got {len(x)}")
        self._passed = []
        for _, step, activate in self.steps:
            x = activate.forward(step.forward(x))
            self._passed.append(x)
        return x[0].copy()

    def features(self) -> Array:
        """The last layer's input (features,), a new array."""
        return self._passed[-2][0].copy()

    def activations(self) -> list[tuple[Layer, Array]]:
        """Each layer, and what it passes on, after its activation: a new array (height, width,
        channels) or (units,)."""
        passed = []
        for (layer, _, _), x in zip(self.steps, self._passed, strict=True):
            # Images lie (height, channels, width, m) inside: see `layer`.
            example = x[0] if x.ndim == 2 else x[..., 0].transpose(0, 2, 1)
            passed.append((layer, example.copy()))
        return passed

    def contributions(self, place: int, source: int, number: int) -> tuple[Array, float]:
        """What each map of the layer at `source` adds to unit or map `number` of the layer at
        `place`, (maps,), and what that would be without them: see `contributions`."""
        layers = [layer for layer, _, _ in self.steps]
        return contributions(layers, self._passed, place, source, number)

    def input_gradient(self, unit: int) -> Array:
        """How a logit changes with the example: d logits[unit] / dx, of x's shape (1, …), a new
        array (Simonyan et al. 2013)."""
        _, last, _ = self.steps[-1]
        return self.features_gradient(last.parameters["weights"][:, unit])

    def features_gradient(self, direction: Array) -> Array:
        """How the last layer's input, as far as it lies in `direction` (features,), changes with
        the example: d(direction · features) / dx, (1, …) as InLayer passes it on, a new array."""
        dy = direction[None].astype(self._passed[-1].dtype)
        for _, step, activate in reversed(self.steps[:-1]):
            dy = step.backward(activate.backward(dy))
        return dy.copy()
