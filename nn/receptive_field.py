"""The receptive field: the part of an earlier layer, or of the input, that a unit can see."""

from collections.abc import Sequence

from nn.convolution import Conv2D
from nn.layer import Layer
from nn.layers import BatchNorm, Dropout
from nn.pooling import MaxPool2D

Field = tuple[range, range]  # rows and columns


def window(layer: Layer, row: int, column: int) -> Field:
    """The rows and columns of its input that `layer` reads for its output at (row, column).

    With "same" padding they may extend beyond the image, into the zeros around it.
    """
    return _read(layer, (range(row, row + 1), range(column, column + 1)))


def receptive_field(
    layers: Sequence[Layer], place: int, row: int, column: int, source: int = 0
) -> Field:
    """The rows and columns of the output of layers[source] that the unit at (row, column) of
    layers[place] depends on; no other value there can change it (Araujo et al. 2019).

    layers: built. Dense units count as an image of one pixel, at (0, 0).
    """
    field = range(row, row + 1), range(column, column + 1)
    for layer in reversed(layers[source + 1 : place + 1]):
        whole = _whole(layer)
        field = tuple(
            range(max(reached.start, 0), min(reached.stop, side.stop))
            for reached, side in zip(_read(layer, field), whole, strict=True)
        )
    return field


def _read(layer: Layer, field: Field) -> Field:
    """What a layer reads for a field of its output: everything, if its type is not known here."""
    match layer:
        case Conv2D(kernel_size=size, strides=step):
            starts = [before for before, _ in layer.margins]
        case MaxPool2D(pool_size=size):
            step, starts = size, (0, 0)
        case BatchNorm() | Dropout():
            size, step, starts = 1, 1, (0, 0)
        case _:
            return _whole(layer)
    return tuple(
        range(part.start * step - start, (part.stop - 1) * step - start + size)
        for part, start in zip(field, starts, strict=True)
    )


def _whole(layer: Layer) -> Field:
    height, width = layer.input_shape[:2] if len(layer.input_shape) == 3 else (1, 1)
    return range(height), range(width)
