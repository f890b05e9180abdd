"""Slots: where the arrays of all layers stand in one flat vector.

    | every layer's weights | their other parameters | their statistics |
     '----- decaying -----'
     '------------------ learned ------------------'

Each array that a layer uses is a view into its slot: what changes the one changes the other. So an
optimizer is a handful of operations on whole vectors, however many layers there are.
"""

import math
from collections.abc import Sequence

from nn.activation_functions import Array
from nn.layer import Layer, Shape

Slot = tuple[int, str, Shape]  # of the layer with that number, the array of that name


class Slots:
    """The slots of layers that know their shapes.

    size: how many numbers there are in all. `vector[learned]` are those that are trained,
    `vector[decaying]` those among them that weight decay pulls at.
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
        """Each layer's share, by name, of the front of a vector like this: views into it."""
        return self._deal(self._learned, vector[self.learned])

    def statistics(self, vector: Array) -> list[dict[str, Array]]:
        """Each layer's share, by name, of what stands behind."""
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
    """Of all their arrays, by the names that they have in a model file, such as "1.weights"."""
    return {
        f"{i}.{name}": shape
        for i, layer in enumerate(layers)
        for name, shape in (layer.parameter_shapes() | layer.statistics_shapes()).items()
    }


def require_same(wanted: dict[str, Shape], found: dict[str, Shape]) -> None:
    """A ValueError unless the arrays are those that the layers need."""
    for name in sorted(wanted.keys() | found.keys()):
        if wanted.get(name) != found.get(name):
            needs, has = (shapes.get(name, "none") for shapes in (wanted, found))
            raise ValueError(f"its layers need {needs} as {name!r}, the file has {has}")
