"""The layers a network is made of, and the registry by which saved models find them."""

import math
from dataclasses import dataclass

import numpy as np

from nn.activation_functions import ACTIVATIONS, Activation, Array, linear
from nn.checks import require_number, require_whole
from nn.convolution import Conv2D
from nn.layer import Layer, Shape, initial_weights, require_activation
from nn.normalization import BatchNorm
from nn.pooling import GlobalAveragePool2D, MaxPool2D

__all__ = [
    "LAYERS",
    "BatchNorm",
    "Conv2D",
    "Dense",
    "Dropout",
    "Flatten",
    "GlobalAveragePool2D",
    "InLayer",
    "MaxPool2D",
    "from_config",
]


@dataclass(eq=False)
class InLayer(Layer):
    """The input: `units` numbers, or images with a `shape` of (height, width, channels).

    With units it takes (m, units), or any (m, …) of that size, flattened row by row. With a shape
    it takes (m, height, width, channels), (m, height · width · channels) and, for one channel,
    (m, height, width).
    """

    units: int | None = None
    shape: Shape | None = None

    def __post_init__(self) -> None:
        if (self.units is None) == (self.shape is None):
            raise ValueError("InLayer needs either units or shape")
        if self.units is not None:
            self.units = require_whole("units", self.units)
        elif not isinstance(self.shape, list | tuple) or len(self.shape) != 3:
            raise ValueError(f"shape must be (height, width, channels), not {self.shape!r}")
        else:
            self.shape = tuple(require_whole("shape", side) for side in self.shape)

    def build(self, input_shape: Shape) -> Shape:
        return super().build(self.shape or (self.units,))

    def takes(self, shape: Shape) -> bool:
        """Whether a batch may have this shape."""
        example, size = shape[1:], math.prod(self.output_shape)
        if example in ((size,), self.shape):
            return True
        if self.shape is None:
            return len(shape) > 1 and math.prod(example) == size
        return (*example, 1) == self.shape

    def forward(self, x: Array, generator: np.random.Generator | None = None) -> Array:
        if self.shape is None:
            return x.reshape(len(x), self.units)
        images = x.reshape(len(x), *self.shape)
        return np.ascontiguousarray(images.transpose(1, 3, 2, 0))

    def backward(self, dy: Array) -> Array:
        return dy if self.shape is None else dy.transpose(3, 0, 2, 1)


@dataclass(eq=False)
class Dense(Layer):
    """A fully connected layer: z = x W + b, and its output is a = activation(z).

    `forward` returns z, and `backward` is given dC/dz: a `Lane` applies the activation in a step of
    its own. x is (m, inputs), W the weights (inputs, units), b the biases (units,). Backward, with
    dz for dC/dz: dW = xᵀ dz, db = Σ dz over the batch, dx = dz Wᵀ.
    """

    units: int
    activation: Activation = linear

    def __post_init__(self) -> None:
        self.units = require_whole("units", self.units)
        require_activation(self.activation)

    def build(self, input_shape: Shape) -> Shape:
        super().build(input_shape)
        if len(input_shape) != 1:
            raise ValueError(f"needs a row, got images {input_shape}: put a Flatten() before")
        self.output_shape = (self.units,)
        return self.output_shape

    def parameter_shapes(self) -> dict[str, Shape]:
        return {"weights": (*self.input_shape, self.units), "biases": (self.units,)}

    def initialize(self, generator: np.random.Generator) -> None:
        weights = self.parameters["weights"]
        weights[:] = initial_weights(generator, weights.shape, *weights.shape, self.activation)

    def allocate(self, m: int, dtype: np.dtype) -> None:
        self.z = np.empty((m, self.units), dtype)
        self.dx = np.empty((m, *self.input_shape), dtype)
        self.ones = np.ones(m, dtype)

    def forward(self, x: Array, generator: np.random.Generator | None = None) -> Array:
        self.x = x
        np.matmul(x, self.parameters["weights"], out=self.z)
        self.z += self.parameters["biases"]
        return self.z

    def backward(self, dz: Array) -> Array | None:
        if self.gradients:
            np.matmul(self.x.T, dz, out=self.gradients["weights"])
            np.matmul(self.ones, dz, out=self.gradients["biases"])  # faster than dz.sum
        if not self.needs_dx:
            return None
        return np.matmul(dz, self.parameters["weights"].T, out=self.dx)


@dataclass(eq=False)
class Flatten(Layer):
    """Flattens images to units, in the order (height, width, channels)."""

    def build(self, input_shape: Shape) -> Shape:
        super().build(input_shape)
        self.output_shape = (math.prod(input_shape),)
        return self.output_shape

    def forward(self, x: Array, generator: np.random.Generator | None = None) -> Array:
        return x.transpose(3, 0, 2, 1).reshape(x.shape[3], -1) if x.ndim == 4 else x

    def backward(self, dy: Array) -> Array:
        if len(self.input_shape) == 1:
            return dy
        return np.ascontiguousarray(dy.reshape(-1, *self.input_shape).transpose(1, 3, 2, 0))


@dataclass(eq=False)
class Dropout(Layer):
    """In training, sets each value to zero with probability `rate`, in [0, 1), and scales the rest
    by 1/(1 - rate), which preserves the mean; otherwise the identity (Srivastava et al. 2014)."""

    rate: float

    def __post_init__(self) -> None:
        self.rate = require_number("rate", self.rate, below=1)

    def forward(self, x: Array, generator: np.random.Generator | None = None) -> Array:
        self.kept = None
        if not self.training or self.rate == 0:
            return x
        draw = generator.random(x.shape, dtype=np.float32)
        self.kept = (draw >= self.rate) * x.dtype.type(1 / (1 - self.rate))
        return x * self.kept

    def backward(self, dy: Array) -> Array:
        return dy if self.kept is None else dy * self.kept


@dataclass(eq=False)
class Activate(Layer):
    """The activation of the layer before, a = f(z), as a step of its own (see `lane`). It
    overwrites its input."""

    activation: Activation

    def forward(self, x: Array, generator: np.random.Generator | None = None) -> Array:
        self.a = self.activation(x, out=x)
        return self.a

    def backward(self, da: Array) -> Array:
        return self.activation.backward(self.a, da)


LAYERS = {
    layer.__name__: layer
    for layer in (
        InLayer,
        Dense,
        Conv2D,
        MaxPool2D,
        GlobalAveragePool2D,
        Flatten,
        Dropout,
        BatchNorm,
    )
}


def from_config(config: dict[str, object]) -> Layer:
    """The layer that `Layer.config` describes. Raises KeyError, ValueError or TypeError if the
    config is invalid."""
    name = config["layer"]
    if name not in LAYERS:
        raise ValueError(f"unknown layer {name!r}: register your own in nn.layers.LAYERS")
    values = {key: value for key, value in config.items() if key != "layer"}
    if "activation" in values:
        if values["activation"] not in ACTIVATIONS:
            raise ValueError(
                f"unknown activation {values['activation']!r}: register your own in "
                "nn.activation_functions.ACTIVATIONS"
            )
        values["activation"] = ACTIVATIONS[values["activation"]]
    return LAYERS[name](**values)
