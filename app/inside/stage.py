"""A stage is a step of a network that is worth showing: a layer's output, as maps.

A unit of a dense layer is a map of a single value, so that one rule places all of them.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np

from nn.activation_functions import linear
from nn.layer import Layer
from nn.layers import BatchNorm, Dropout, Flatten, GlobalAveragePool2D, InLayer, MaxPool2D


@dataclass(frozen=True)
class Stage:
    """A layer's output: `maps` pictures of (height, width) values.

    `hidden` is the number of maps for which there is no room.
    """

    name: str
    layer: int  # its index in the network
    maps: int
    height: int
    width: int
    pooled: bool = False
    hidden: int = 0

    @property
    def is_units(self) -> bool:
        """Whether each map is a single value."""
        return self.height == self.width == 1

    @property
    def shown(self) -> int:
        """The number of maps that are shown."""
        return self.maps - self.hidden

    @property
    def size(self) -> str:
        """The number of maps and their size, as text."""
        return (
            f"{self.maps} units" if self.is_units else f"{self.maps} · {self.height}×{self.width}"
        )

    def clarity(self, side: int) -> float:
        """How clearly a map shows in a square of `side`; more values need a larger side, but not in
        proportion."""
        return side / sqrt(max(self.height, self.width))

    def map_name(self, number: int) -> str:
        """The name of a map; numbers count from 0."""
        return f"{self.name}, {'unit' if self.is_units else 'map'} {number}"


def stages(layers: Sequence[Layer]) -> list[Stage]:
    """The stages of a network with these layers.

    Layers that only rearrange or rescale are left out: Flatten and Dropout change no value,
    BatchNorm changes all values of a map alike.
    """
    found: list[Stage] = []
    kinds: Counter[str] = Counter()
    for i, layer in enumerate(layers):
        if not isinstance(layer, InLayer | BatchNorm | Flatten | Dropout):
            kind = type(layer).__name__
            kinds[kind] += 1
            *sides, maps = layer.output_shape
            height, width = sides or (1, 1)
            pooled = isinstance(layer, MaxPool2D | GlobalAveragePool2D)
            found.append(Stage(f"{kind} {kinds[kind]}", i, maps, height, width, pooled))
    # Only layers of which there are several of a kind are numbered.
    names = {f"{kind} 1": kind for kind, count in kinds.items() if count == 1}
    return [replace(stage, name=names.get(stage.name, stage.name)) for stage in found]


def can_be_negative(layers: Sequence[Layer]) -> bool:
    """Whether a stage of a network with these layers can have values below zero."""
    return any(_can_be_negative(layers, stage.layer) for stage in stages(layers))


def _can_be_negative(layers: Sequence[Layer], place: int) -> bool:
    layer = layers[place]
    if isinstance(layer, MaxPool2D | GlobalAveragePool2D | Dropout):
        return _can_be_negative(layers, place - 1)
    if isinstance(layer, InLayer | BatchNorm):
        return isinstance(layer, BatchNorm)
    below = np.array([[-1.0]])
    return getattr(layer, "activation", linear)(below).item() < 0
