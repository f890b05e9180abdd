"""Slots: where the arrays of all layers are in one flat vector.

    | every layer's weights | their other parameters | their statistics |
     '----- decaying -----'
     '------------------ learned ------------------'

Each array that a layer uses is a view of its slot: a change to one is a change to the other. So an
optimizer is a handful of operations on whole vectors, however many layers there are.
"""

import math
from collections.abc import Sequence

from nn.activation_functions import Array
from nn.layer import Layer, Shape

Slot = tuple[int, str, Shape]  # the layer's number, the array's name and shape


class Slots:
    """The slots of layers that know their shapes.

    size: the vector's length. `vector[learned]` are the trained parameters, `vector[decaying]`
    those of them that weight decay applies to.
    """

    def __init__(self, layers: Sequence[Layer]):
        learned = _slots([layer.parameter_shapes() for layer in layers])
        measured = _slots([layer.statistics_shapes() for layer in layers])
        weights = [slot for slot in learned if slot[1] == "weights"]
        others = [slot for slot in learned if slot[1] != "weights"]
        self._count = len(layers)
        self._learned = weights + others
        self._measured = measured
        self.decaying = slice(0, _size(weights))
        self.learned = slice(0, _size(learned))
        self.size = _size(learned) + _size(measured)

    def parameters(self, vector: Array) -> list[dict[str, Array]]:
        """For each layer its parameters by name: views of the vector (size,)."""
        return self._deal(self._learned, vector[self.learned])

    def statistics(self, vector: Array) -> list[dict[str, Array]]:
        """For each layer its statistics by name: views of the vector (size,)."""
        return self._deal(self._measured, vector[self.learned.stop :])

    def _deal(self, slots: list[Slot], vector: Array) -> list[dict[str, Array]]:
        shares: list[dict[str, Array]] = [{} for _ in range(self._count)]
        start = 0
        for i, name, shape in slots:
            end = start + math.prod(shape)
            shares[i][name] = vector[start:end].reshape(shape)
            start = end
        return shares


def _slots(shapes: list[dict[str, Shape]]) -> list[Slot]:
    return [(i, name, shape) for i, layer in enumerate(shapes) for name, shape in layer.items()]


def _size(slots: list[Slot]) -> int:
    return sum(math.prod(shape) for _, _, shape in slots)


def array_shapes(layers: Sequence[Layer]) -> dict[str, Shape]:
    """The shapes of all arrays of the layers, by their names in a model file, such as
    "1.weights"."""
    return {
        f"{i}.{name}": shape
        for i, layer in enumerate(layers)
        for name, shape in (layer.parameter_shapes() | layer.statistics_shapes()).items()
    }


def require_same(wanted: dict[str, Shape], found: dict[str, Shape]) -> None:
    """Raise ValueError unless the file has exactly the array shapes that the layers need."""
    for name in sorted(wanted.keys() | found.keys()):
        if wanted.get(name) != found.get(name):
            needs, has = (shapes.get(name, "none") for shapes in (wanted, found))
            raise ValueError(f"its layers need {needs} as {name!r}, the file has {has}")
