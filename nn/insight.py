"""Insight: the activations and gradients inside a network, for one image.

A lane is built for speed: it may pool before it applies an activation. Insight runs the layers in
the order in which they are listed, and keeps each output until the next image.
"""

import copy

import numpy as np

from nn.activation_functions import Array, linear
from nn.contributions import contributions
from nn.layer import Layer
from nn.layers import Activate


class Insight:
    """Runs one example at a time through copies of the layers. `forward` comes first; the other
    methods are about the example that it was given last.

    layers: built, with their parameters.
    """

    def __init__(self, layers: list[Layer], dtype: np.dtype):
        self.steps: list[tuple[Layer, Layer, Activate]] = []  # the layer, its copy, its activation
        for layer in layers:
            step = copy.copy(layer)
            step.gradients = {}  # only the derivative with respect to the example is needed
            step.allocate(1, dtype)
            self.steps.append((layer, step, Activate(getattr(layer, "activation", linear))))
        self._outputs: list[Array] = []  # each layer's output, overwritten by the next example

    def forward(self, x: Array) -> Array:
        """The outputs (units,) for the example x (1, …), a new array. ValueError unless there is
        exactly one."""
        if len(x) != 1:
            raise ValueError(f"X must be one image (1, …), got {len(x)}")
        self._outputs = []
        x = x.copy()  # an InLayer may pass on the caller's own array
        for _, step, activate in self.steps:
            x = activate.forward(step.forward(x))
            self._outputs.append(x)
        return x[0].copy()

    def features(self) -> Array:
        """The last layer's input (features,), a new array."""
        return self._outputs[-2][0].copy()

    def activations(self) -> list[tuple[Layer, Array]]:
        """Each layer with its output, after its activation: a new array (height, width, channels)
        or (units,)."""
        outputs = []
        for (layer, _, _), x in zip(self.steps, self._outputs, strict=True):
            # Images are (height, channels, width, m) internally: see `layer`.
            example = x[0] if x.ndim == 2 else x[..., 0].transpose(0, 2, 1)
            outputs.append((layer, example.copy()))
        return outputs

    def contributions(self, place: int, source: int, number: int) -> tuple[Array, float]:
        """What each map of the layer at `source` adds to z of unit or map `number` of the layer at
        `place`, (maps,), and what z would be without them: see `contributions`."""
        layers = [layer for layer, _, _ in self.steps]
        return contributions(layers, self._outputs, place, source, number)

    def input_gradient(self, unit: int) -> Array:
        """The derivative of logit `unit` with respect to the example, its saliency (Simonyan et al.
        2013): a new array (1, height, width, channels), or (1, units) for an InLayer of units."""
        _, last, _ = self.steps[-1]
        return self.features_gradient(last.parameters["weights"][:, unit])

    def features_gradient(self, direction: Array) -> Array:
        """d(direction · features) / dx, a new array shaped as `input_gradient`'s: `direction` is
        (features,), `features` the last layer's input."""
        dy = direction[None].astype(self._outputs[-1].dtype)
        for _, step, activate in reversed(self.steps[:-1]):
            dy = step.backward(activate.backward(dy))
        return dy.copy()
