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

    def forward(self, x: Array, generator: np.random.Generator | None = None) -> Array:
        rows = _rows(x)
        if generator is None:
            mean, variance = self.statistics["mean"], self.statistics["variance"]
            centred = rows - mean[:, None]
        else:
            mean = rows.mean(axis=1)
            centred = rows - mean[:, None]
            n = rows.shape[1]
            variance = np.einsum("cn,cn->c", centred, centred) / n
            # The running variance is the unbiased estimate, as it stands for all images to come.
            for name, now in (("mean", mean), ("variance", variance * (n / max(n - 1, 1)))):
                self.statistics[name] += self.MOMENTUM * (now - self.statistics[name])
        self.inverse = (1 / np.sqrt(variance + self.EPSILON)).astype(x.dtype)
        centred *= self.inverse[:, None]
        self.normal = centred
        y = centred * self.parameters["scale"][:, None]
        y += self.parameters["shift"][:, None]
        return _unrows(y, x)

    def backward(self, dy: Array) -> Array:
        drows = _rows(dy)
        n = drows.shape[1]
        dshift, dscale = self.gradients["shift"], self.gradients["scale"]
        drows.sum(axis=1, out=dshift)
        np.einsum("cn,cn->c", drows, self.normal, out=dscale)
        # Mean and variance are functions of x too: their share is what the bracket takes away.
        dx = drows - (dshift / n)[:, None]
        dx -= self.normal * (dscale / n)[:, None]
        dx *= (self.parameters["scale"] * self.inverse)[:, None]
        return _unrows(dx, dy)


def _rows(x: Array) -> Array:
    """One row of values per unit or channel: from (m, units) or (channels, height, width, m)."""
    return x.T if x.ndim == 2 else x.reshape(len(x), -1)


def _unrows(rows: Array, like: Array) -> Array:
    return rows.T if like.ndim == 2 else rows.reshape(like.shape)
