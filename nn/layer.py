"""What every layer is: a matched pair of forward and backward, and the arrays they share.

A layer is first a description, a dataclass whose fields are its hyperparameters. `build` tells it
the shape of one example of its input; from then on it knows the shapes of its output and of its
parameters. A `Net` copies it and deals out the parameters; `Lane`s copy that and let the copies
work: forward remembers what backward needs, backward fills the gradients (which mirror the
parameters key for key) and returns the derivative with respect to its input.

A layer of your own is such a class too, and nothing else has to know of it; if it has an
`activation`, that is applied to what its forward returns. To load a network that has it, put it
into `layers.LAYERS`.

Shapes: dense layers pass on (m, units), the batch first. Convolutions pass on images as (height,
channels, width, m), rows outermost and the batch *innermost*, so that sliding windows, pooling and
activation run over long contiguous stretches of memory; that is most of what makes them fast.
`InLayer` turns the images that way, `Flatten` and `GlobalAveragePool2D` turn them back.
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
    parameters: dict[str, Array] = field(init=False, repr=False, default_factory=dict)
    gradients: dict[str, Array] = field(init=False, repr=False, default_factory=dict)
    statistics: dict[str, Array] = field(init=False, repr=False, default_factory=dict)
    measured: dict[str, Array] = field(init=False, repr=False, default_factory=dict)
    # Whether forward is part of a training step, or of an answer: BatchNorm and Dropout differ.
    training: bool = field(init=False, repr=False, default=False)
    # The first trained layer need not compute the derivative with respect to its input.
    first: bool = field(init=False, repr=False, default=False)

    def build(self, input_shape: Shape) -> Shape:
        """Learn the input's shape and return the output's; ValueError where it does not fit."""
        self.input_shape = input_shape
        self.output_shape = input_shape
        return self.output_shape

    def parameter_shapes(self) -> dict[str, Shape]:
        """The trained arrays. Those called "weights" decay, the others do not."""
        return {}

    def statistics_shapes(self) -> dict[str, Shape]:
        """What is measured in training, saved with the model, and not trained."""
        return {}

    def initialize(self, generator: np.random.Generator) -> None:
        """Fill the parameters with initial values. They come as zeros."""

    def allocate(self, m: int, dtype: np.dtype) -> None:
        """Make the buffers for batches of m: fresh memory at every step would cost dearly."""

    def forward(self, x: Array, generator: np.random.Generator | None = None) -> Array:
        """The output for the batch x. In training it may draw from the generator, and puts what it
        measures into `measured`."""
        raise NotImplementedError

    def backward(self, dy: Array) -> Array | None:
        """Given dy = dC/dy, the cost's derivative with respect to the output, fill the gradients,
        dC/d(each parameter), summed over the batch, and return dC/dx. May overwrite dy. Where
        `gradients` is empty, as in an answer, only dC/dx is asked for."""
        raise NotImplementedError

    def update_statistics(self) -> None:
        """Let the statistics follow what the last training step `measured`."""

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
    """A layer that takes images."""

    def build(self, input_shape: Shape) -> Shape:
        super().build(input_shape)
        if len(input_shape) != 3:
            raise ValueError(
                f"needs images (height, width, channels), got a row {input_shape}: "
                "start with InLayer(shape=(height, width, channels))"
            )
        return self.output_shape


def require_whole(name: str, value: object, least: int = 1) -> int:
    """The value, if it is a whole number of at least `least`; a ValueError that says so if not."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise ValueError(f"{name} must be a whole number of at least {least}, not {value!r}")
    return int(value)


def require_activation(value: object) -> None:
    """ValueError if the value is not an Activation."""
    if not isinstance(value, Activation):
        raise ValueError(f"activation must be one of {', '.join(ACTIVATIONS)}, not {value!r}")


def initial_weights(
    generator: np.random.Generator, shape: Shape, fan_in: int, fan_out: int, activation: Activation
) -> Array:
    """Normally distributed weights that keep the signal's variance from layer to layer.

    He et al. (2015) for the ReLU family, Glorot and Bengio (2010) for the others.
    """
    variance = activation.gain / fan_in if activation.gain else 2 / (fan_in + fan_out)
    return generator.normal(0, np.sqrt(variance), shape)
