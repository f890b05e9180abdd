"""Batch normalisation: every unit's or channel's values at mean 0 and variance 1, as deep networks
learn fastest (Ioffe and Szegedy 2015)."""

from dataclasses import dataclass

import numpy as np

from nn.activation_functions import Array
from nn.layer import Layer, Shape


@dataclass(eq=False)
class BatchNorm(Layer):
    """y = scale · (x - mean) / sqrt(variance + EPSILON) + shift, for each unit or channel.

    In training, mean and variance are those of the batch, and a running mean of them is kept as
    statistics; otherwise they are the statistics.
    """

    EPSILON = 1e-5
    MOMENTUM = 0.1  # the weight of the newest batch in the running statistics

    def parameter_shapes(self) -> dict[str, Shape]:
        return {"scale": self.input_shape[-1:], "shift": self.input_shape[-1:]}

    def statistics_shapes(self) -> dict[str, Shape]:
        return {"mean": self.input_shape[-1:], "variance": self.input_shape[-1:]}

    def initialize(self, generator: np.random.Generator) -> None:
        self.parameters["scale"][:] = 1
        self.statistics["variance"][:] = 1

    def build(self, input_shape: Shape) -> Shape:
        # Over (m, units), or over (height, channels, width, m): see `layer`.
        self.axes, self.broadcast = (
            ((0,), (-1,)) if len(input_shape) == 1 else ((0, 2, 3), (-1, 1, 1))
        )
        return super().build(input_shape)

    def forward(self, x: Array, generator: np.random.Generator | None = None) -> Array:
        mean, variance = self.statistics["mean"], self.statistics["variance"]
        self.in_training = generator is not None
        if self.in_training:
            n = x.size // len(mean)
            batch_mean = x.mean(axis=self.axes)
            batch_variance = x.var(axis=self.axes)
            # The running variance is the unbiased estimate, as it stands for all images to come.
            mean += self.MOMENTUM * (batch_mean - mean)
            variance += self.MOMENTUM * (batch_variance * (n / max(n - 1, 1)) - variance)
            mean, variance = batch_mean, batch_variance
        self.inverse = (1 / np.sqrt(variance + self.EPSILON)).astype(x.dtype)
        self.normal = (x - self._spread(mean)) * self._spread(self.inverse)
        y = self.normal * self._spread(self.parameters["scale"])
        y += self._spread(self.parameters["shift"])
        return y

    def backward(self, dy: Array) -> Array:
        dshift, dscale = self.gradients["shift"], self.gradients["scale"]
        dy.sum(axis=self.axes, out=dshift)
        (dy * self.normal).sum(axis=self.axes, out=dscale)
        dx = dy
        if self.in_training:
            # Mean and variance are functions of x too: their share is what is taken away here.
            n = dy.size // len(dshift)
            dx = dy - self._spread(dshift / n)
            dx -= self.normal * self._spread(dscale / n)
        return dx * self._spread(self.parameters["scale"] * self.inverse)

    def _spread(self, by_channel: Array) -> Array:
        return by_channel.reshape(self.broadcast)
