"""Convolution: the same small detector at every position of an image.

Internally, images are (height, channels, width, m), the batch innermost: see `layer`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import as_strided

from nn.activation_functions import Activation, Array, linear, softmax
from nn.checks import require_whole
from nn.layer import (
    ImageLayer,
    Shape,
    initial_weights,
    require_activation,
)


class Windows:
    """All windows of a batch of images, k columns wide, as matrices to multiply kernels with.

    The usual way (im2col) copies every pixel k² times for k × k windows, once for each window that
    it is in, and is then limited by memory bandwidth. Here k copies are enough: strip j of a row is
    that row of the image, shifted by j columns. For k = 3, a row of the pixels a b c d e, and a
    margin of 1 around it:

        strip 0   · a b c d    A window covers one column of all three strips:
        strip 1   a b c d e    the first (· a b), the second (a b c), …
        strip 2   b c d e ·

    The strips of a row follow each other in memory, and so do the rows. So the windows along one
    row of the output are a contiguous matrix, and the matrices of neighbouring rows overlap:

        row 0   strips 0 1 2  ┐
        row 1   strips 0 1 2  │ ┐  the windows of the output's row 0,
        row 2   strips 0 1 2  ┘ │  and of its row 1: the same memory
        row 3   strips 0 1 2    ┘

    `by_row` is a view of all these matrices: (rows, window height · k · channels, columns · m).
    `tests/test_layers.py` has the plain, slow way, window by window (`naive_convolution`).
    """

    def __init__(
        self,
        shape: Shape,
        size: Shape,
        stride: int,
        margins: tuple[Shape, Shape],
        m: int,
        dtype: np.dtype,
    ):
        """shape: the images' (height, width, channels); size: a window's (height, width); stride:
        between windows, in pixels; margins: the zeros around the images, ((above, below),
        (left, right)); m: the number of images."""
        height, width, channels = shape
        (above, below), (left, right) = margins
        tall, k = size
        rows = (above + height + below - tall) // stride + 1
        columns = (left + width + right - k) // stride + 1
        self.strips = np.zeros((above + height + below, k, channels, columns, m), dtype)
        self.copies = []  # where each shifted image goes, and which of its columns go there
        for j in range(k):
            # The first and the last window whose column j is not in a margin.
            first = max(_ceil(left - j, stride), 0)
            last = min((width - 1 + left - j) // stride, columns - 1)
            place = self.strips[above : above + height, j, :, first : last + 1]
            start = first * stride + j - left
            source = slice(start, start + (last - first) * stride + 1, stride)
            if first <= last:
                self.copies.append((place, source))
        row, _, channel, _, item = self.strips.strides
        # With a stride beyond the image there is a single row, but its size in bytes may overflow.
        stride = min(stride, len(self.strips))
        self.by_row = as_strided(
            self.strips,
            (rows, tall * k * channels, columns * m),
            (row * stride, channel, item),
            writeable=False,
        )

    def fill(self, x: Array) -> None:
        """Copy the images x (height, channels, width, m) into the strips."""
        for place, columns in self.copies:
            np.copyto(place, x[:, :, columns])


@dataclass(eq=False)
class Conv2D(ImageLayer):
    """Slides `filters` square windows over the image, `strides` pixels at a time.

    padding: "valid" keeps the windows inside the image; "same" surrounds it with zeros, so that the
    output has ceil(height / strides) rows and ceil(width / strides) columns. Where an odd
    number of rows of zeros is needed, the extra one is below; the extra column is on the right.

    `forward` returns the sums y, and `backward` is given dC/dy: a `Lane` applies the activation in
    a step of its own. The weights W are (filters, k, k, channels), the biases b (filters,).
    Strictly this is a correlation, as usual in this field. With s for the strides and x already
    padded, for row r, filter f and column q of the output of one image:

        y[r, f, q] = Σ_ijc W[f, i, j, c] · x[r·s + i, c, q·s + j] + b[f]

    Backward, with dy = dC/dy, the sums follow from the one above (dW and db also sum over the
    batch):

        dW[f, i, j, c] = Σ_rq dy[r, f, q] · x[r·s + i, c, q·s + j]
        db[f]          = Σ_rq dy[r, f, q]
        dx[p, c, t]    = Σ_fij W[f, i, j, c] · dy[r, f, q]   where r·s + i = p and q·s + j = t

    For s = 1 the last is a correlation too: r = p - i falls where i rises. So dx is dy, with k - 1
    zeros on every side, correlated with W rotated by 180°.

    For s > 1, only every s-th row of W contributes to a pixel: to one in row p = u·s + e, with
    0 ≤ e < s, the rows e, e + s, e + 2s, … of W, with the rows u, u - 1, u - 2, … of dy. So each
    remainder e has a kernel of its own. It is the same with columns, and the columns of all
    remainders are computed at once, as if each were a channel (sub-pixel convolution, Shi et al.
    2016).

    Raises ValueError for invalid arguments, and `build` does for images smaller than a window.
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
        if self.activation == softmax:
            raise ValueError("softmax needs a row of units: use it in a Dense layer")

    def build(self, input_shape: Shape) -> Shape:
        super().build(input_shape)
        k, s = self.kernel_size, self.strides
        sides = input_shape[:2]
        self.margins = ((0, 0), (0, 0))
        if self.padding == "same":
            totals = [max((_ceil(side, s) - 1) * s + k - side, 0) for side in sides]
            self.margins = tuple((total // 2, total - total // 2) for total in totals)
        padded = [side + sum(margin) for side, margin in zip(sides, self.margins, strict=True)]
        if min(padded) < k:
            raise ValueError(f"needs images of at least {k}×{k} pixels, got {sides[0]}×{sides[1]}")
        self.output_shape = (*((side - k) // s + 1 for side in padded), self.filters)
        return self.output_shape

    def parameter_shapes(self) -> dict[str, Shape]:
        k = self.kernel_size
        return {"weights": (self.filters, k, k, self.input_shape[2]), "biases": (self.filters,)}

    def initialize(self, generator: np.random.Generator) -> None:
        weights = self.parameters["weights"]
        area = self.kernel_size**2
        fan_in, fan_out = self.input_shape[2] * area, self.filters * area
        weights[:] = initial_weights(generator, weights.shape, fan_in, fan_out, self.activation)

    def allocate(self, m: int, dtype: np.dtype) -> None:
        k, s = self.kernel_size, self.strides
        rows, columns, filters = self.output_shape
        channels = self.input_shape[2]
        self.windows = Windows(self.input_shape, (k, k), s, self.margins, m, dtype)
        self.y = np.empty((rows, filters, columns, m), dtype)
        self.y_by_row = self.y.reshape(rows, filters, -1)
        self.ones = np.ones(columns * m, dtype)
        self.dweights = np.empty((rows, k * k * channels, filters), dtype)
        if self.needs_dx:
            self._allocate_dx(m, dtype)

    def _allocate_dx(self, m: int, dtype: np.dtype) -> None:
        k = self.kernel_size
        rows, columns, filters = self.output_shape
        height, width, channels = self.input_shape
        (above, _), (left, _) = self.margins
        s = min(self.strides, k + height + width)  # all strides beyond the image are equivalent
        n, remainders = _ceil(k, s), min(k, s)  # no window covers the columns of others: dx is 0
        # Windows n wide on each row of dy. The one that ends at dy's column v yields the columns
        # v·s, v·s + 1, … of dx, counted from the start of the margin.
        first, last = left // s, (left + width - 1) // s
        across = last + 1 - first
        margins = (0, 0), (n - 1 - first, last + 1 - columns)
        self.dwindows = Windows((rows, columns, filters), (1, n), 1, margins, m, dtype)
        self.by_remainder = np.zeros((height, remainders, channels, across, m), dtype)
        # For each row of dx: its remainder, that kernel's columns to use, the windows, the row.
        self.sums = []
        for p in range(height):
            u, e = divmod(p + above, s)
            # W's rows e, e + s, … go with dy's rows u, u - 1, …, as far as dy has those.
            count = len(range(e, k, s))
            least, most = max(u - rows + 1, 0), min(u, count - 1)
            if least <= most:
                part = slice((count - 1 - most) * n * filters, (count - least) * n * filters)
                windows = self.dwindows.strips[u - most : u - least + 1].reshape(-1, across * m)
                row = self.by_remainder[p].reshape(remainders * channels, -1)
                self.sums.append((e, part, windows, row))
        self.dx_copies = []  # for each remainder, its columns in dx, and those in `by_remainder`
        if s == 1:
            self.dx = self.by_remainder[:, 0]
            return
        self.dx = np.zeros((height, channels, width, m), dtype)
        for e in range(remainders):
            start = (e - left) % s
            v = (left + start) // s - first
            place = self.dx[:, :, start::s]
            self.dx_copies.append((place, self.by_remainder[:, e, :, v : v + place.shape[2]]))

    def forward(self, x: Array, generator: np.random.Generator | None = None) -> Array:
        self.windows.fill(x)
        # y = W · x for the windows of each row: (filters, k·k·c) times (rows, k·k·c, columns·m)
        weights = self.parameters["weights"].reshape(self.filters, -1)
        np.matmul(weights, self.windows.by_row, out=self.y_by_row)
        self.y += self.parameters["biases"][:, None, None]
        return self.y

    def backward(self, dy: Array) -> Array | None:
        dy_by_row = dy.reshape(*dy.shape[:2], -1)  # (rows, filters, columns · m)
        if self.gradients:
            # dW = x · dyᵀ for each row, then summed over the rows.
            np.matmul(self.windows.by_row, dy_by_row.transpose(0, 2, 1), out=self.dweights)
            self.gradients["weights"].reshape(self.filters, -1)[:] = self.dweights.sum(axis=0).T
            np.matmul(dy_by_row, self.ones).sum(axis=0, out=self.gradients["biases"])
        if not self.needs_dx:
            return None
        self.dwindows.fill(dy)
        # dx = rotated W · dy for each row, without the rows of W that lie above or below dy.
        kernels = self._turned()
        for e, part, windows, row in self.sums:
            np.matmul(kernels[e][:, part], windows, out=row)
        if self.strides > self.kernel_size:
            self.dx.fill(0)  # between the windows: the layer before may have overwritten it
        for place, source in self.dx_copies:
            np.copyto(place, source)
        return self.dx

    def _turned(self) -> list[Array]:
        """For each remainder e below s, the rows e, e + s, … of W, rotated by 180°: a kernel (s ·
        channels, rows · n · filters) for windows n = ceil(k/s) wide, which yields the columns of
        all remainders. W is padded with zeros to n · s columns."""
        k, s = self.kernel_size, min(self.kernel_size, self.strides)
        n = _ceil(k, s)
        weights = self.parameters["weights"]
        if n * s > k:
            weights = np.pad(weights, ((0, 0), (0, 0), (0, n * s - k), (0, 0)))
        weights = weights.reshape(self.filters, k, n, s, -1)[:, :, ::-1]
        kernels = (weights[:, e::s][:, ::-1].transpose(3, 4, 1, 2, 0) for e in range(s))
        return [kernel.reshape(s * self.input_shape[2], -1) for kernel in kernels]


def _ceil(a: int, b: int) -> int:
    """a / b, rounded up, for whole numbers of any size: a model file may hold any."""
    return -(-a // b)
