"""Pooling: downsampling an image, one value for each region.

Internally, images are (height, channels, width, m), the batch innermost: see `layer`.
"""

from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from nn.activation_functions import Array
from nn.checks import require_whole
from nn.layer import ImageLayer, Shape


@dataclass(eq=False)
class MaxPool2D(ImageLayer):
    """The maximum of each pool_size × pool_size square; rows and columns left over are dropped.

    Backward, dy goes to where the maximum was; among equals to the leftmost column, and in that to
    the uppermost. ValueError from `build` for images smaller than a square.
    """

    pool_size: int = 2

    def __post_init__(self) -> None:
        self.pool_size = require_whole("pool_size", self.pool_size)

    def build(self, input_shape: Shape) -> Shape:
        super().build(input_shape)
        height, width, channels = input_shape
        self.output_shape = (height // self.pool_size, width // self.pool_size, channels)
        if 0 in self.output_shape:
            p = self.pool_size
            raise ValueError(f"needs images of at least {p}×{p} pixels, got {height}×{width}")
        return self.output_shape

    def allocate(self, m: int, dtype: np.dtype) -> None:
        (_, width, channels), (rows, columns, _) = self.input_shape, self.output_shape
        self.tall = np.empty((rows, channels, width, m), dtype)
        self.y = np.empty((rows, channels, columns, m), dtype)
        self.dtall = np.zeros_like(self.tall)
        self.dx = np.zeros((self.input_shape[0], channels, width, m), dtype)

    def forward(self, x: Array, generator: np.random.Generator | None = None) -> Array:
        self.x = x
        _maximum(self._rows(x), self.tall)
        return _maximum(self._columns(self.tall), self.y)

    def backward(self, dy: Array) -> Array:
        # The layer before may have overwritten dx, where it was 0 too.
        self.dx[self.output_shape[0] * self.pool_size :] = 0
        _maximum_backward(dy, self._columns(self.tall), self._columns(self.dtall))
        _maximum_backward(self.dtall, self._rows(self.x), self._rows(self.dx))
        return self.dx

    def _rows(self, x: Array) -> list[Array]:
        p, rows = self.pool_size, self.output_shape[0]
        return [x[i : rows * p : p] for i in range(p)]

    def _columns(self, x: Array) -> list[Array]:
        p, columns = self.pool_size, self.output_shape[1]
        return [x[:, :, j : columns * p : p] for j in range(p)]


def _maximum(slices: list[Array], y: Array) -> Array:
    """The elementwise maximum of the slices, into y."""
    best = slices[0]
    for x in slices[1:]:
        best = np.maximum(best, x, out=y)
    if len(slices) == 1:
        np.copyto(y, best)
    return y


def _maximum_backward(dy: Array, slices: list[Array], dslices: list[Array]) -> None:
    """Assign each derivative to the slice that has the maximum; among equals, to the earliest.

    From the last slice to the second: a slice that exceeds all before it takes what is left of dy,
    and the first slice gets the rest. Where four slices have 3, 5, 5 and 1, the maxima before the
    last three are 3, 5 and 5. So the 1 and the second 5 get nothing, the first 5 gets all of dy,
    and the 3 nothing. Multiplying by True or False and subtracting is many times faster than
    selecting.
    """
    before = list(accumulate(slices[:-1], np.maximum))
    rest = dslices[0]
    for maximum, x, dx in reversed(list(zip(before, slices[1:], dslices[1:], strict=True))):
        np.multiply(dy, x > maximum, out=dx)
        dy = np.subtract(dy, dx, out=rest)
    if len(slices) == 1:
        np.copyto(rest, dy)


@dataclass(eq=False)
class GlobalAveragePool2D(ImageLayer):
    """The mean of each channel over the whole image: one unit for each channel."""

    def build(self, input_shape: Shape) -> Shape:
        super().build(input_shape)
        self.output_shape = input_shape[2:]
        return self.output_shape

    def forward(self, x: Array, generator: np.random.Generator | None = None) -> Array:
        self.shape = x.shape
        return x.mean(axis=(0, 2)).T

    def backward(self, dy: Array) -> Array:
        height, _, width, _ = self.shape
        dmean = dy.T[:, None, :] / (height * width)
        return np.broadcast_to(dmean, self.shape).copy()
