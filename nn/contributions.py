"""Contributions: how much each map of an earlier layer adds to a unit's weighted sum.

Dense layers and convolutions sum over all maps of their input. The layers that may come between
them and an earlier layer (batch normalisation, dropout, pooling, Flatten) do not mix maps, so that
each term of the sum belongs to one map of that layer. With x the layer's input, and x⁰ what it
would be if all maps of the earlier layer were blank (zero),

    z = b + Σ_c Σ_i W[c, i] · x[c, i]
      = (b + Σ_c Σ_i W[c, i] · x⁰[c, i]) + Σ_c (Σ_i W[c, i] · (x[c, i] - x⁰[c, i])),

and the last bracket is the contribution of map c: what z would lose if that map were blank.
"""

import copy
from collections.abc import Sequence

import numpy as np

from nn.activation_functions import Array
from nn.convolution import Conv2D
from nn.layer import Layer
from nn.layers import BatchNorm, Dense, Dropout, Flatten, GlobalAveragePool2D, MaxPool2D

# Layers that do not mix maps.
MAP_BY_MAP = BatchNorm, Dropout, Flatten, MaxPool2D, GlobalAveragePool2D


def is_fed(layers: Sequence[Layer], place: int, source: int) -> bool:
    """Whether layers[place] is a weighted sum of the maps of layers[source]."""
    between = layers[source + 1 : place]
    is_sum = source < place and isinstance(layers[place], Dense | Conv2D)
    return is_sum and all(isinstance(layer, MAP_BY_MAP) for layer in between)


def feeding_weights(layers: Sequence[Layer], place: int, source: int, number: int) -> Array:
    """The weights of unit or filter `number` of layers[place], one image for each map of
    layers[source], which has to feed it (see `is_fed`): a new array (maps, height, width), as large
    as the kernel, or as the maps are when they reach a dense layer.

    They include the scale factors of batch normalisation in between.
    """
    weights = layers[place].parameters["weights"]
    of_one = weights[number] if isinstance(layers[place], Conv2D) else weights[:, number]
    for layer in reversed(layers[source + 1 : place]):
        if isinstance(layer, BatchNorm):
            variance = layer.statistics["variance"] + layer.EPSILON
            of_one = of_one * (layer.parameters["scale"] / np.sqrt(variance))
        elif isinstance(layer, Flatten):
            of_one = of_one.reshape(layer.input_shape)
    if of_one.ndim == 1:
        of_one = of_one[None, None]
    return of_one.transpose(2, 0, 1).copy()


def contributions(
    layers: Sequence[Layer], outputs: Sequence[Array], place: int, source: int, number: int
) -> tuple[Array, float]:
    """What each map of layers[source] adds to z of unit or map `number` of layers[place], which it
    has to feed (see `is_fed`).

    Returns the contributions (maps,), and what z would be if all those maps were blank; together
    they sum to z. If `number` is a map of a convolution, z and the contributions are means over
    those of its units whose output is not zero, or over all of them if every output is.

    outputs: the output of each layer for one example, laid out as described in `layer`.
    """
    layer, x = layers[place], outputs[place - 1]
    blank = np.zeros_like(outputs[source])
    for between in layers[source + 1 : place]:
        between = copy.copy(between)  # the original's buffers are in use
        between.allocate(1, blank.dtype)
        blank = between.forward(blank)
    if isinstance(layer, Conv2D):
        units = outputs[place][:, number, :, 0] != 0
        share = np.asarray(units if units.any() else ~units, x.dtype)
        share /= share.sum()
        weights = layer.parameters["weights"][number]
        x, blank = (_mean_window(layer, images, share) for images in (x, blank))
    else:
        weights = layer.parameters["weights"][:, number]
        x, blank = x[0], blank[0]
    maps = layers[source].output_shape[-1]
    added = (weights * (x - blank)).reshape(-1, maps).sum(axis=0)
    return added, float(layer.parameters["biases"][number] + (weights * blank).sum())


def _mean_window(layer: Conv2D, images: Array, share: Array) -> Array:
    """The weighted mean (k, k, channels) of the windows that a convolution reads from images
    (height, channels, width, 1). `share` (rows, columns) holds the weight of each output."""
    (above, below), (left, right) = layer.margins
    padded = np.pad(images[..., 0], ((above, below), (0, 0), (left, right)))
    (rows, columns), k, s = share.shape, layer.kernel_size, layer.strides
    mean = np.empty((k, k, images.shape[1]), images.dtype)
    for i in range(k):
        for j in range(k):
            read = padded[i : i + (rows - 1) * s + 1 : s, :, j : j + (columns - 1) * s + 1 : s]
            mean[i, j] = np.einsum("rq,rcq->c", share, read)
    return mean
