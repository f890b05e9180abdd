"""Convolution and pooling: the same small detector at every place of an image.

Inside, images are (channels, height, width, m), the batch innermost; see `layer`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from nn.activation_functions import Activation, Array, linear, softmax
from nn.layer import Layer, Shape, initial_weights, require_activation, require_whole


@dataclass(eq=False)
class ImageLayer(Layer):
    """A layer that takes images."""

    def build(self, input_shape: Shape) -> Shape:
        super().build(input_shape)
        if len(input_shape) != 3:
            raise ValueError(
                f"needs images (height, width, channels), got a row {input_shape}: "
                "start with InLayer(shape=(height, width, channels))"
            )
        return self.output_shape


@dataclass(eq=False)
class Conv2D(ImageLayer):
    """Slides `filters` square windows over the image, `strides` pixels at a time.

    padding: "valid" keeps the windows inside the image; "same" surrounds it with zeros so that the
    output has ceil(height / strides) rows, the odd row of zeros below and to the right.

    The windows are copied into the columns of one matrix (im2col; Chellapilla et al. 2006), so
    that the convolution is a single matrix product, weights (filters, channels·k·k) @ columns.
    A row of ones below the columns carries the biases along.
    """

    filters: int
    kernel_size: int
    strides: int = 1
    padding: str = "valid"
    activation: Activation = linear

    def __post_init__(self) -> None:
        for name in ("filters", "kernel_size", "strides"):
            setattr(self, name, require_whole(name, getattr(self, name)))
        if self.padding not in ("valid", "same"):
            raise ValueError(f'padding must be "valid" or "same", not {self.padding!r}')
        require_activation(self.activation)
        if self.activation is softmax:
            raise ValueError("softmax belongs to a Dense layer: it needs a row of units")

    def build(self, input_shape: Shape) -> Shape:
        super().build(input_shape)
        k, s = self.kernel_size, self.strides
        height, width, channels = input_shape
        self.margins = [(0, 0), (0, 0)]
        if self.padding == "same":
            totals = [max((-(-side // s) - 1) * s + k - side, 0) for side in (height, width)]
            self.margins = [(total // 2, total - total // 2) for total in totals]
        padded = [height + sum(self.margins[0]), width + sum(self.margins[1])]
        if min(padded) < k:
            raise ValueError(f"needs images of at least {k}×{k} pixels, got {height}×{width}")
        self.padded_shape = (channels, *padded)
        self.output_shape = (*((side - k) // s + 1 for side in padded), self.filters)
        return self.output_shape

    def parameter_shapes(self) -> dict[str, Shape]:
        k = self.kernel_size
        return {"weights": (self.filters, self.input_shape[2], k, k), "biases": (self.filters,)}

    def initialize(self, generator: np.random.Generator) -> None:
        weights = self.parameters["weights"]
        area = self.kernel_size**2
        fan_in, fan_out = self.input_shape[2] * area, self.filters * area
        weights[:] = initial_weights(generator, weights.shape, fan_in, fan_out, self.activation)

    def allocate(self, m: int, dtype: np.dtype) -> None:
        k, s = self.kernel_size, self.strides
        rows, columns, _ = self.output_shape
        self.padded = np.zeros((*self.padded_shape, m), dtype)
        (top, _), (left, _) = self.margins
        height, width, _ = self.input_shape
        self.interior = self.padded[:, top : top + height, left : left + width]
        windows = sliding_window_view(self.padded, (k, k), axis=(1, 2))[:, ::s, ::s]
        self.windows = windows.transpose(0, 4, 5, 1, 2, 3)  # (channels, k, k, rows, columns, m)
        self.taps = self.windows.shape[0] * k * k
        self.columns = np.ones((self.taps + 1, rows * columns * m), dtype)
        self.kernel = np.empty((self.filters, self.taps + 1), dtype)
        self.y = np.empty((self.filters, rows, columns, m), dtype)
        self.dcolumns = None

    def forward(self, x: Array, generator: np.random.Generator | None = None) -> Array:
        np.copyto(self.interior, x)
        np.copyto(self.columns[:-1].reshape(self.windows.shape), self.windows)
        self.kernel[:, :-1] = self.parameters["weights"].reshape(self.filters, -1)
        self.kernel[:, -1] = self.parameters["biases"]
        np.matmul(self.kernel, self.columns, out=self.y.reshape(self.filters, -1))
        return self.y

    def backward(self, dy: Array) -> Array | None:
        dy = dy.reshape(self.filters, -1)
        dkernel = self.columns @ dy.T  # twice as fast as the transposed order
        self.gradients["weights"].reshape(self.filters, -1)[:] = dkernel[:-1].T
        self.gradients["biases"][:] = dkernel[-1]
        if self.first:
            return None
        if self.dcolumns is None:
            self.dcolumns = np.empty((self.taps, dy.shape[1]), dy.dtype)
            self.dpadded = np.zeros_like(self.padded)
        np.matmul(self.parameters["weights"].reshape(self.filters, -1).T, dy, out=self.dcolumns)
        d = self.dcolumns.reshape(self.windows.shape)
        k, s = self.kernel_size, self.strides
        rows, columns, _ = self.output_shape
        self.dpadded[:] = 0
        for i in range(k):
            for j in range(k):
                self.dpadded[:, i : i + s * rows : s, j : j + s * columns : s] += d[:, i, j]
        (top, _), (left, _) = self.margins
        return self.dpadded[:, top : top + self.input_shape[0], left : left + self.input_shape[1]]


@dataclass(eq=False)
class MaxPool2D(ImageLayer):
    """The maximum of each pool_size × pool_size square; rows and columns left over are dropped."""

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
        p = self.pool_size
        (_, width, channels), (rows, columns, _) = self.input_shape, self.output_shape
        self.tall = np.empty((channels, rows, width, m), dtype)
        self.y = np.empty((channels, rows, columns, m), dtype)
        # masks[i]: where slice i + 1 did not exceed the maximum of the slices before it
        self.row_masks = [np.empty(self.tall.shape, bool) for _ in range(p - 1)]
        self.column_masks = [np.empty(self.y.shape, bool) for _ in range(p - 1)]
        self.dtall = np.zeros_like(self.tall)
        height = self.input_shape[0]
        self.dx = np.zeros((channels, height, width, m), dtype)

    def forward(self, x: Array, generator: np.random.Generator | None = None) -> Array:
        _maximum(self._rows(x), self.tall, self.row_masks)
        return _maximum(self._columns(self.tall), self.y, self.column_masks)

    def backward(self, dy: Array) -> Array:
        _maximum_backward(dy, self._columns(self.dtall), self.column_masks)
        _maximum_backward(self.dtall, self._rows(self.dx), self.row_masks)
        return self.dx

    def _rows(self, x: Array) -> list[Array]:
        p, rows = self.pool_size, self.output_shape[0]
        return [x[:, i : rows * p : p] for i in range(p)]

    def _columns(self, x: Array) -> list[Array]:
        p, columns = self.pool_size, self.output_shape[1]
        return [x[:, :, j : columns * p : p] for j in range(p)]


def _maximum(slices: list[Array], y: Array, masks: list[Array]) -> Array:
    """The elementwise maximum of the slices, pair by pair, into y. A tie goes to the earlier."""
    best = slices[0]
    for x, mask in zip(slices[1:], masks, strict=True):
        np.greater_equal(best, x, out=mask)
        best = np.maximum(best, x, out=y)
    if best is not y:  # a single slice
        np.copyto(y, best)
    return y


def _maximum_backward(dy: Array, dslices: list[Array], masks: list[Array]) -> None:
    """Hands each derivative to the slice that was the maximum. What one did not get, the other did:
    multiplying and subtracting is many times faster than selecting."""
    for dx, mask in zip(reversed(dslices[1:]), reversed(masks), strict=True):
        earlier = dy * mask
        np.subtract(dy, earlier, out=dx)
        dy = earlier
    np.copyto(dslices[0], dy)


@dataclass(eq=False)
class GlobalAveragePool2D(ImageLayer):
    """The mean of each channel over the whole image: a row of as many units as channels."""

    def build(self, input_shape: Shape) -> Shape:
        super().build(input_shape)
        self.output_shape = input_shape[2:]
        return self.output_shape

    def forward(self, x: Array, generator: np.random.Generator | None = None) -> Array:
        self.shape = x.shape
        return x.mean(axis=(1, 2)).T

    def backward(self, dy: Array) -> Array:
        height, width = self.shape[1:3]
        dmean = (dy.T / (height * width)).astype(dy.dtype)
        return np.broadcast_to(dmean[:, None, None, :], self.shape).copy()
