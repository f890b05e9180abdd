"""What every layer is: a matched pair of forward and backward, and the arrays they share.

A layer is first a description, a dataclass whose fields are its hyperparameters. `build` tells it
the shape of one example of its input; from then on it knows the shapes of its output and of its
parameters. A `Net` copies the layer and assigns its parameters; each `Lane` works with a copy of
its own: forward remembers what backward needs, backward fills the gradients and returns the
derivative with respect to its input.

For a layer of your own, write a dataclass that inherits from `Layer`. If it has a field
`activation`, the network applies that in place to the array that forward returns: so forward must
not return x itself, and backward must not need what forward returned. Where only dC/dx is wanted,
`gradients` is empty. To load a network that uses it, register it in `layers.LAYERS`.

Shapes: dense layers pass on (m, units), the batch first. Convolutions pass on images as (height,
channels, width, m), rows outermost and the batch *innermost*, so that sliding windows, pooling and
activation run over long contiguous stretches of memory; that is most of what makes them fast.
`InLayer` transposes images to that order, `Flatten` and `GlobalAveragePool2D` back to (m, units).
"""

from dataclasses import dataclass, field, fields

import numpy as np

from nn.activation_functions import ACTIVATIONS, Activation, Array

Shape = tuple[int, ...]


@dataclass(eq=False)
class Layer:
    """The base of all layers. Shapes of one example: (units,) or (height, width, channels)."""

    input_shape: Shape = field(init=False, repr=False)
    output_shape: Shape = field(init=False, repr=False)
    # By name: the arrays that are trained, and dC/d(each of them), of the same shape.
    parameters: dict[str, Array] = field(init=False, repr=False, default_factory=dict)
    gradients: dict[str, Array] = field(init=False, repr=False, default_factory=dict)
    # By name: running values, such as BatchNorm's mean, and the same measured in the last batch.
    statistics: dict[str, Array] = field(init=False, repr=False, default_factory=dict)
    measured: dict[str, Array] = field(init=False, repr=False, default_factory=dict)
    # Whether forward is part of a training step or of inference: BatchNorm and Dropout differ.
    training: bool = field(init=False, repr=False, default=False)
    # Whether backward has to compute dC/dx: the first trained layer need not.
    needs_dx: bool = field(init=False, repr=False, default=True)

    def build(self, input_shape: Shape) -> Shape:
        """Set the input's shape and return the output's, each of one example. Raises ValueError if
        the layer cannot take such an input."""
        self.input_shape = input_shape
        self.output_shape = input_shape
        return self.output_shape

    def parameter_shapes(self) -> dict[str, Shape]:
        """The shapes of the trained arrays, by name. Only "weights" are subject to weight decay."""
        return {}

    def statistics_shapes(self) -> dict[str, Shape]:
        """The shapes, by name, of arrays that are measured in training, not trained, and saved with
        the model."""
        return {}

    def initialize(self, generator: np.random.Generator) -> None:
        """Set the initial values of parameters and statistics, which are zeros before."""

    def allocate(self, m: int, dtype: np.dtype) -> None:
        """Make the buffers for batches of m: allocating memory at every step would be slow."""

    def forward(self, x: Array, generator: np.random.Generator | None = None) -> Array:
        """The output for the batch x, each laid out as described above; it may be a buffer that the
        next call overwrites. x does not change (`Activate` is the exception). In training the layer
        may draw from the generator, and writes what it measures into `measured`."""
        raise NotImplementedError

    def backward(self, dy: Array) -> Array | None:
        """Given dy = dC/dy, the cost's derivative with respect to the output, fill the gradients,
        dC/d(each parameter), summed over the batch, and return dC/dx. It may overwrite dy: so
        what it returns may be overwritten before its next call, even if it is its own buffer. In
        training there is one call after each `forward`. Outside, as in `Insight`, there may be
        several, and where `gradients` is empty, only dC/dx is needed."""
        raise NotImplementedError

    def update_statistics(self) -> None:
        """Update the statistics from what the last training step `measured`."""

    def config(self) -> dict[str, object]:
        """The layer's name and hyperparameters, as JSON can hold them."""
        config: dict[str, object] = {"layer": type(self).__name__}
        for hyperparameter in fields(self):
            if hyperparameter.init:
                value = getattr(self, hyperparameter.name)
                config[hyperparameter.name] = value.name if isinstance(value, Activation) else value
        return config


@dataclass(eq=False)
class ImageLayer(Layer):
    """A layer whose input must be images (height, width, channels): otherwise `build` raises
    ValueError."""

    def build(self, input_shape: Shape) -> Shape:
        super().build(input_shape)
        if len(input_shape) != 3:
            raise ValueError(
                f"needs images (height, width, channels), got a row {input_shape}: "
                "start with InLayer(shape=(height, width, channels))"
            )
        return self.output_shape


def require_activation(value: object) -> None:
    """Raise ValueError unless the value is an Activation."""
    if not isinstance(value, Activation):
        raise ValueError(f"activation must be one of {', '.join(ACTIVATIONS)}, not {value!r}")


def initial_weights(
    generator: np.random.Generator, shape: Shape, fan_in: int, fan_out: int, activation: Activation
) -> Array:
    """Normally distributed weights of mean 0, such that signals neither grow nor fade from layer to
    layer. For the ReLU family, the mean square of the outputs stays the same (He et al. 2015); for
    the others it is a compromise between that and the same for the derivatives (Glorot and Bengio
    2010).
    """
    variance = activation.gain / fan_in if activation.gain else 2 / (fan_in + fan_out)
    return generator.normal(0, np.sqrt(variance), shape)
