"""The table of recipes that `train.py --recipe list` shows."""

import math

from nn.layer import Layer
from nn.layers import Conv2D, Dense, GlobalAveragePool2D, InLayer, MaxPool2D
from nn.nets import connect
from training.recipes import RECIPES


def table_of_recipes() -> str:
    """A table of the recipes: name, network, parameter count and epochs."""
    rows = [("recipe", "network", "parameters", "epochs")]
    for name, recipe in RECIPES.items():
        layers = recipe.layers()
        connect(layers)
        size = sum(
            math.prod(shape) for layer in layers for shape in layer.parameter_shapes().values()
        )
        network = "-".join(filter(None, map(_abbreviated, layers)))
        rows.append((name, network, f"{size:,}", str(recipe.epochs)))
    wide = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = [
        f"{name:<{wide[0]}}  {network:<{wide[1]}}  {size:>{wide[2]}}  {epochs:>{wide[3]}}"
        for name, network, size, epochs in rows
    ]
    return "\n".join(
        [*lines, "16C5: 16 filters of 5×5; P2: 2×2 max pooling; mean: global average pooling"]
    )


def _abbreviated(layer: Layer) -> str | None:
    """The layer in the usual notation of papers, or None if it is left out there."""
    match layer:
        case InLayer():
            return "×".join(map(str, layer.shape[:2] if layer.shape else [layer.units]))
        case Conv2D():
            return f"{layer.filters}C{layer.kernel_size}"
        case MaxPool2D():
            return f"P{layer.pool_size}"
        case GlobalAveragePool2D():
            return "mean"
        case Dense():
            return f"{layer.units}"
