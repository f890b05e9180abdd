"""Batch normalisation: each unit's or channel's values get mean 0 and variance 1, which makes deep
networks train faster (Ioffe and Szegedy 2015)."""

from dataclasses import dataclass

import numpy as np

from nn.activation_functions import Array
from nn.layer import Layer, Shape


@dataclass(eq=False)
class BatchNorm(Layer):
    """y = scale · x̂ + shift with x̂ = (x - mean) / σ and σ = sqrt(variance + EPSILON), for each unit
    or channel.

    In training, mean and variance are those of the batch, or of the chunk of it that a lane
    processes (see `lanes.MICRO_BATCH`), and the statistics are their running averages. Otherwise
    mean and variance are the statistics.

    Backward, with sums over the n values of a unit or channel:
    dshift = Σ dy, dscale = Σ dy · x̂, and dx = scale/σ · (dy - dshift/n - x̂ · dscale/n). The two
    subtracted terms are there because mean and variance are functions of x too; outside training
    they are constants, and dx = scale/σ · dy.
    """

    EPSILON = 1e-5
    NEWEST = 0.1  # the weight of the newest batch in the statistics; PyTorch's momentum

    def parameter_shapes(self) -> dict[str, Shape]:
        return {"scale": self.input_shape[-1:], "shift": self.input_shape[-1:]}

    def statistics_shapes(self) -> dict[str, Shape]:
        return {"mean": self.input_shape[-1:], "variance": self.input_shape[-1:]}

    def initialize(self, generator: np.random.Generator) -> None:
        self.parameters["scale"][:] = 1
        self.statistics["variance"][:] = 1

    def allocate(self, m: int, dtype: np.dtype) -> None:
        if len(self.output_shape) == 1:
            shape, self.wide = (m, *self.output_shape), (-1,)
        else:  # see `layer`
            height, width, channels = self.output_shape
            shape, self.wide = (height, channels, width, m), (-1, 1, 1)
        self.centred, self.y = np.empty(shape, dtype), np.empty(shape, dtype)
        self.ones = np.ones(_by_channel(self.y).shape[-1], dtype)

    def forward(self, x: Array, generator: np.random.Generator | None = None) -> Array:
        mean, variance = self.statistics["mean"], self.statistics["variance"]
        if self.training:
            n = x.size // len(mean)
            mean = self._sum(x) / n
        np.subtract(x, self._spread(mean), out=self.centred)
        if self.training:
            variance = self._dot(self.centred, self.centred) / n
            self.measured["mean"][:] = mean
            # Divided by n - 1 instead of n, which makes it an unbiased estimate (Bessel's
            # correction). A single value says nothing about the variance.
            unbiased = variance * (n / (n - 1)) if n > 1 else self.statistics["variance"]
            self.measured["variance"][:] = unbiased
        self.inverse = (1 / np.sqrt(variance + self.EPSILON)).astype(x.dtype)  # 1/σ
        np.multiply(self.centred, self._spread(self.parameters["scale"] * self.inverse), out=self.y)
        self.y += self._spread(self.parameters["shift"])
        return self.y

    def backward(self, dy: Array) -> Array:
        if self.gradients:
            dshift, dscale = self.gradients["shift"], self.gradients["scale"]
            dshift[:] = self._sum(dy)
            dscale[:] = self._dot(dy, self.centred) * self.inverse
        if self.training:
            n = dy.size // len(dshift)
            self.centred *= self._spread(self.inverse * dscale / n)  # x̂ · dscale/n
            dy -= self.centred
            dy -= self._spread(dshift / n)
        dy *= self._spread(self.parameters["scale"] * self.inverse)
        return dy

    def update_statistics(self) -> None:
        for name, statistic in self.statistics.items():
            statistic += self.NEWEST * (self.measured[name] - statistic)

    def _spread(self, by_channel: Array) -> Array:
        return by_channel.reshape(self.wide)

    def _sum(self, x: Array) -> Array:
        """The sum by channel. A product with ones is faster than x.sum."""
        return (_by_channel(x) @ self.ones).sum(axis=0)

    def _dot(self, x: Array, y: Array) -> Array:
        """The sum of the products by channel."""
        return np.vecdot(_by_channel(x), _by_channel(y)).sum(axis=0)


def _by_channel(x: Array) -> Array:
    """x as (parts, channels, values)."""
    return x.T[None] if x.ndim == 2 else x.reshape(*x.shape[:2], -1)
